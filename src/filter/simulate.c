/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/simulate.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct machine {
    const struct seccomp_data *data;
    uint32_t accumulator;
    unsigned next; /* index of the instruction */
    bool has_returned;
};

static bool load(struct machine *machine, uint32_t offset)
{
    if (offset % 4 != 0 || offset > sizeof *machine->data - 4)
        return false;
    memcpy(&machine->accumulator, (const char *)machine->data + offset, 4);
    return true;
}

static bool jump(struct machine *machine, const struct sock_filter *instruction, bool holds)
{
    machine->next += holds ? instruction->jt : instruction->jf;
    return true;
}

/* False for what seccomp's checker refuses. */
static bool step(struct machine *machine, const struct sock_filter *instruction)
{
    uint32_t k = instruction->k;

    machine->next++;
    switch (instruction->code) {
    case BPF_LD | BPF_W | BPF_ABS:
        return load(machine, k);
    case BPF_ALU | BPF_AND | BPF_K:
        machine->accumulator &= k;
        return true;
    case BPF_JMP | BPF_JA:
        machine->next += k;
        return true;
    case BPF_JMP | BPF_JEQ | BPF_K:
        return jump(machine, instruction, machine->accumulator == k);
    case BPF_JMP | BPF_JGT | BPF_K:
        return jump(machine, instruction, machine->accumulator > k);
    case BPF_JMP | BPF_JGE | BPF_K:
        return jump(machine, instruction, machine->accumulator >= k);
    case BPF_JMP | BPF_JSET | BPF_K:
        return jump(machine, instruction, (machine->accumulator & k) != 0);
    case BPF_RET | BPF_K:
        machine->has_returned = true;
        machine->accumulator = k;
        return true;
    default:
        return false;
    }
}

int filter_simulate(const struct filter_program *program, const struct seccomp_data *data,
                    uint32_t *out_action, struct error *err)
{
    struct machine machine = { .data = data };

    while (!machine.has_returned) {
        unsigned here = machine.next;

        /* The second test is for sums that wrap around. */
        if (here >= program->n_instructions || !step(&machine, &program->instructions[here]) ||
            (machine.next <= here))
            return error_set(err, ERROR_BUG, EINVAL, "seccomp: instruction %u of %u is not valid",
                             here, program->n_instructions);
    }
    *out_action = machine.accumulator;
    return 0;
}
