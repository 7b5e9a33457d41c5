/* SPDX-License-Identifier: Apache-2.0
 *
 * Part of the build: writes denylist_programs.h, made from denylist.def, to standard output.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/emit.h"
#include "agentrun/filter/names.h"
#include "agentrun/filter/words.h"

/* Numbers above it belong to calls that nobody has judged yet; 469 is file_setattr. */
#define LAST_KNOWN_CALL 469

/* A tracer puts this in place of the number to skip a call. */
#define NUMBER_SKIPPED UINT32_MAX

#define MAX_CONDITIONS 4
#define MAX_NAME_BYTES 32

enum { X86_64 = 1, AARCH64 = 2, BOTH = X86_64 | AARCH64 };

struct condition {
    bool is_used;
    bool is_negated;
    struct decision_test test;
};

struct row {
    const char *group;
    int errnum;
    unsigned architectures;
    const char *names; /* blanks between */
    struct condition conditions[MAX_CONDITIONS];
};

#define CONDITION(negated, argument, jump_code, bits, wanted)                                      \
    {                                                                                              \
        .is_used = true, .is_negated = (negated),                                                  \
        .test = { .offset = offsetof(struct seccomp_data, args[argument]),                         \
                  .jump = (jump_code),                                                             \
                  .mask = (bits),                                                                  \
                  .value = (wanted) },                                                             \
    }
#define EQUAL(argument, value)        CONDITION(false, argument, BPF_JEQ, UINT32_MAX, value)
#define NOT_EQUAL(argument, value)    CONDITION(true, argument, BPF_JEQ, UINT32_MAX, value)
#define MASKED(argument, mask, value) CONDITION(false, argument, BPF_JEQ, mask, value)
#define ANY_BIT(argument, mask)       CONDITION(false, argument, BPF_JSET, UINT32_MAX, mask)

#define DENY(group, errnum, architectures, names, why, ...)                                        \
    { #group, errnum, architectures, names, { __VA_ARGS__ } },

static const struct row rows[] = {
#include "denylist.def"
};

static const struct target {
    unsigned bit;
    uint32_t architecture;
    const char *name;  /* in the names of the programs */
    const char *macro; /* whoever includes the file wants the programs of this architecture */
} targets[] = {
    { X86_64, AUDIT_ARCH_X86_64, "x86_64", "DENYLIST_WITH_X86_64" },
    { AARCH64, AUDIT_ARCH_AARCH64, "aarch64", "DENYLIST_WITH_AARCH64" },
};

__attribute__((noreturn)) static void fail(const struct row *row, const char *name,
                                           const char *what)
{
    fprintf(stderr, "denylist.def: %s: %s: %s\n", row->group, name, what);
    exit(1);
}

/* Both architectures keep the low word of an argument first. */
_Static_assert(BYTE_ORDER == LITTLE_ENDIAN, "the table is written for little endian");

/* `row` on top of what is decided for the call so far. */
static struct decision *decide(struct decision_pool *pool, const struct row *row,
                               struct decision *otherwise)
{
    struct decision *decision = decision_return(pool, SECCOMP_RET_ERRNO | (uint32_t)row->errnum);

    for (size_t i = MAX_CONDITIONS; i-- > 0;) {
        const struct condition *condition = &row->conditions[i];

        if (!condition->is_used)
            continue;
        decision = condition->is_negated
                       ? decision_test(pool, &condition->test, otherwise, decision)
                       : decision_test(pool, &condition->test, decision, otherwise);
    }
    return decision;
}

static bool names_call(const struct row *row, const char *name)
{
    size_t length = strlen(name);

    for (const char *found = strstr(row->names, name); found; found = strstr(found + 1, name))
        if ((found == row->names || found[-1] == ' ') &&
            (found[length] == ' ' || found[length] == '\0'))
            return true;
    return false;
}

/* What all rows come to for one call. */
static struct decision *decide_call(struct decision_pool *pool, const char *name, unsigned bit,
                                    bool only_enosys)
{
    struct decision *decision = decision_return(pool, SECCOMP_RET_ALLOW);

    for (const struct row *row = rows + ARRAY_SIZE(rows); row-- > rows;)
        if ((row->architectures & bit) && names_call(row, name) &&
            (!only_enosys || row->errnum == ENOSYS))
            decision = decide(pool, row, decision);
    return decision;
}

static void set_call(struct ranges *ranges, struct decision_pool *pool, const struct row *row,
                     const char *name, const struct target *target, bool only_enosys)
{
    bool is_expected = (row->architectures & target->bit) != 0;
    struct names_call call;

    if (names_resolve(target->architecture, name, &call) != is_expected)
        fail(row, name,
             is_expected ? "not a call of all its architectures"
                         : "also a call of the other architecture");
    if (!is_expected)
        return;
    if (call.number > LAST_KNOWN_CALL)
        fail(row, name, "LAST_KNOWN_CALL is too low");
    ranges_set(ranges, (uint32_t)call.number, (uint32_t)call.number,
               decide_call(pool, name, target->bit, only_enosys));
}

static void set_row(struct ranges *ranges, struct decision_pool *pool, const struct row *row,
                    const struct target *target, bool only_enosys)
{
    const char *rest = row->names;
    char name[MAX_NAME_BYTES];
    int length;

    while (sscanf(rest, " %31s%n", name, &length) == 1) {
        set_call(ranges, pool, row, name, target, only_enosys);
        rest += length;
    }
}

static void build(struct arena *arena, const struct target *target, bool only_enosys,
                  struct filter_program *out_program)
{
    struct decision_pool pool = { .arena = arena };
    struct decision *allow = decision_return(&pool, SECCOMP_RET_ALLOW);
    struct decision *enosys = decision_return(&pool, SECCOMP_RET_ERRNO | ENOSYS);
    struct emitter emitter;
    struct ranges ranges;
    struct error err;
    unsigned body, foreign;

    ranges_begin(&ranges, arena, allow);
    ranges_set(&ranges, LAST_KNOWN_CALL + 1, NUMBER_SKIPPED - 1, enosys);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        set_row(&ranges, &pool, &rows[i], target, only_enosys);
    emit_begin(&emitter, arena);
    foreign = emit_decision(&emitter, enosys);
    body = emit_ranges(&emitter, &ranges);
    emit_load(&emitter, WORDS_ARCHITECTURE,
              emit_test_equal(&emitter, target->architecture, body, foreign));
    if (emit_finish(&emitter, out_program, &err) < 0) {
        fprintf(stderr, "denylist.def: %s\n", err.text);
        exit(1);
    }
}

static void write_program(const char *name, const struct target *target,
                          const struct filter_program *program)
{
    printf("static const struct sock_filter %s_%s_instructions[] = {\n", name, target->name);
    for (unsigned i = 0; i < program->n_instructions; i++) {
        const struct sock_filter *instruction = &program->instructions[i];

        printf("    { 0x%02x, %u, %u, 0x%08x }, /* %u */\n", instruction->code, instruction->jt,
               instruction->jf, instruction->k, i);
    }
    printf("};\n\n"
           "static const struct filter_program %s_%s = {\n"
           "    .n_instructions = %u,\n"
           "    .instructions = %s_%s_instructions,\n"
           "};\n\n",
           name, target->name, program->n_instructions, name, target->name);
}

static void write_target(struct arena *arena, const struct target *target)
{
    struct filter_program program;

    printf("#ifdef %s\n\n", target->macro);
    build(arena, target, false, &program);
    write_program("denylist", target, &program);
    build(arena, target, true, &program);
    write_program("enosys", target, &program);
    printf("#endif\n");
}

int main(void)
{
    struct arena arena = { .blocks = NULL };

    printf("/* Made from denylist.def by mkdenylist. Do not edit. */\n\n");
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
        write_target(&arena, &targets[i]);
    arena_release(&arena);
    return ferror(stdout) || fflush(stdout) != 0;
}
