/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/device_bpf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

#define MAX_PROGRAMS 64 /* of one group, in the kernel */
#define ALL_ACCESSES (BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE)

/* What the registers hold. The context of the program is a struct bpf_cgroup_dev_ctx. */
enum {
    RESULT = BPF_REG_0,
    CONTEXT = BPF_REG_1,
    TYPE = BPF_REG_2,
    ASKED = BPF_REG_3, /* BPF_DEVCG_ACC_…, less what is allowed already */
    MAJOR = BPF_REG_4,
    MINOR = BPF_REG_5,
};

struct program {
    struct bpf_insn *instructions;
    size_t n_instructions;
};

static void emit(struct program *program, struct bpf_insn instruction)
{
    program->instructions[program->n_instructions++] = instruction;
}

static void emit_load(struct program *program, unsigned to, size_t offset)
{
    emit(program, (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_W,
                                     .dst_reg = to & 0xf,
                                     .src_reg = CONTEXT,
                                     .off = (int16_t)offset });
}

static void emit_alu(struct program *program, uint8_t operation, unsigned to, int32_t value)
{
    emit(program, (struct bpf_insn){
                      .code = BPF_ALU | BPF_K | operation, .dst_reg = to & 0xf, .imm = value });
}

static void emit_jump(struct program *program, uint8_t condition, unsigned of, int32_t value,
                      size_t n_skipped)
{
    emit(program, (struct bpf_insn){ .code = BPF_JMP | BPF_K | condition,
                                     .dst_reg = of & 0xf,
                                     .off = (int16_t)n_skipped,
                                     .imm = value });
}

/* Two instructions. */
static void emit_return(struct program *program, int32_t value)
{
    emit_alu(program, BPF_MOV, RESULT, value);
    emit(program, (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT });
}

static void emit_start(struct program *program)
{
    emit_load(program, TYPE, offsetof(struct bpf_cgroup_dev_ctx, access_type));
    emit(program,
         (struct bpf_insn){ .code = BPF_ALU | BPF_X | BPF_MOV, .dst_reg = ASKED, .src_reg = TYPE });
    emit_alu(program, BPF_AND, TYPE, 0xffff);
    emit_alu(program, BPF_RSH, ASKED, 16);
    emit_load(program, MAJOR, offsetof(struct bpf_cgroup_dev_ctx, major));
    emit_load(program, MINOR, offsetof(struct bpf_cgroup_dev_ctx, minor));
}

static int32_t accesses(const struct cgroup_device_rule *rule)
{
    return (rule->read ? BPF_DEVCG_ACC_READ : 0) | (rule->write ? BPF_DEVCG_ACC_WRITE : 0) |
           (rule->mknod ? BPF_DEVCG_ACC_MKNOD : 0);
}

/* A rule that matches decides: what it allows is asked for no longer, what it denies ends all. */
static void emit_rule(struct program *program, const struct cgroup_device_rule *rule)
{
    const size_t n_body = 4;
    size_t n_tests = (rule->type != 'a') + (rule->major >= 0) + (rule->minor >= 0);

    if (rule->type != 'a')
        emit_jump(program, BPF_JNE, TYPE,
                  rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR, --n_tests + n_body);
    if (rule->major >= 0)
        emit_jump(program, BPF_JNE, MAJOR, (int32_t)rule->major, --n_tests + n_body);
    if (rule->minor >= 0)
        emit_jump(program, BPF_JNE, MINOR, (int32_t)rule->minor, n_body);
    if (rule->allow) {
        emit_alu(program, BPF_AND, ASKED, ~accesses(rule));
        emit_jump(program, BPF_JNE, ASKED, 0, 2);
        emit_return(program, 1);
    } else {
        emit_jump(program, BPF_JSET, ASKED, accesses(rule), 1);
        emit_jump(program, BPF_JA, 0, 0, 2);
        emit_return(program, 0);
    }
}

static int check_rule(const struct cgroup_device_rule *rule, size_t index, struct error *err)
{
    if (rule->type != 'a' && rule->type != 'b' && rule->type != 'c')
        return error_set(err, ERROR_SPEC, EINVAL, "device rule %zu: no such type", index);
    if (rule->major > INT32_MAX || rule->minor > INT32_MAX)
        return error_set(err, ERROR_SPEC, ERANGE, "device rule %zu: no device has such a number",
                         index);
    return 0;
}

static bool matches_all(const struct cgroup_device_rule *rule)
{
    return rule->type == 'a' && rule->major < 0 && rule->minor < 0 &&
           accesses(rule) == ALL_ACCESSES;
}

int device_bpf_assemble(const struct cgroup_device_rule *rules, size_t n_rules,
                        struct bpf_insn out_instructions[DEVICE_BPF_MAX_INSTRUCTIONS],
                        size_t *out_n_instructions, struct error *err)
{
    struct program program = { .instructions = out_instructions };

    if (n_rules > DEVICE_BPF_MAX_RULES)
        return error_set(err, ERROR_SPEC, E2BIG, "more than %d device rules", DEVICE_BPF_MAX_RULES);
    for (size_t i = 0; i < n_rules; i++) {
        int result = check_rule(&rules[i], i, err);

        if (result < 0)
            return result;
    }
    emit_start(&program);
    for (size_t i = n_rules; i-- > 0;) {
        bool is_last = matches_all(&rules[i]);

        /* To deny all that is left is what the end does anyway. */
        if (!is_last || rules[i].allow)
            emit_rule(&program, &rules[i]);
        if (is_last)
            break;
    }
    emit_return(&program, 0);
    *out_n_instructions = program.n_instructions;
    return 0;
}

/* --- the kernel ----------------------------------------------------------------------------- */

static int load(const struct bpf_insn *instructions, size_t n_instructions)
{
    struct rlimit limit, unlimited = { RLIM_INFINITY, RLIM_INFINITY };
    union bpf_attr attributes;
    int fd;

    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = (uintptr_t)instructions;
    attributes.insn_cnt = (uint32_t)n_instructions;
    attributes.license = (uintptr_t) "Apache-2.0";
    fd = sys_bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
    /* Before Linux 5.11 programs count as locked memory, of which there may be too little. */
    if (fd < 0 && errno == EPERM && getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
        setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) {
        fd = sys_bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
        setrlimit(RLIMIT_MEMLOCK, &limit);
    }
    return fd;
}

static int attach(int directory_fd, int program_fd, struct error *err)
{
    union bpf_attr attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)directory_fd;
    attributes.attach_bpf_fd = (uint32_t)program_fd;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI;
    if (sys_bpf(BPF_PROG_ATTACH, &attributes, sizeof attributes) < 0)
        return error_system(err, "attach the device program");
    return 0;
}

/* The numbers of the programs that the group has. */
static int query(int directory_fd, uint32_t out_ids[MAX_PROGRAMS], size_t *out_n_ids,
                 struct error *err)
{
    union bpf_attr attributes;

    memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = (uint32_t)directory_fd;
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    attributes.query.prog_ids = (uintptr_t)out_ids;
    attributes.query.prog_cnt = MAX_PROGRAMS;
    if (sys_bpf(BPF_PROG_QUERY, &attributes, sizeof attributes) < 0)
        return error_system(err, "look for device programs");
    *out_n_ids = attributes.query.prog_cnt;
    return 0;
}

static int detach(int directory_fd, uint32_t id, struct error *err)
{
    union bpf_attr attributes;
    auto_close int program_fd = -1;

    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id;
    program_fd = sys_bpf(BPF_PROG_GET_FD_BY_ID, &attributes, sizeof attributes);
    if (program_fd < 0)
        return error_system(err, "open the earlier device program %u", id);
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)directory_fd;
    attributes.attach_bpf_fd = (uint32_t)program_fd;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    if (sys_bpf(BPF_PROG_DETACH, &attributes, sizeof attributes) < 0)
        return error_system(err, "detach the earlier device program %u", id);
    return 0;
}

int device_bpf_apply(int directory_fd, const struct cgroup_device_rule *rules, size_t n_rules,
                     struct error *err)
{
    struct bpf_insn instructions[DEVICE_BPF_MAX_INSTRUCTIONS];
    uint32_t earlier_ids[MAX_PROGRAMS];
    size_t n_instructions = 0, n_earlier = 0;
    auto_close int program_fd = -1;
    int result = device_bpf_assemble(rules, n_rules, instructions, &n_instructions, err);

    if (result == 0)
        result = query(directory_fd, earlier_ids, &n_earlier, err);
    if (result < 0)
        return result;
    program_fd = load(instructions, n_instructions);
    if (program_fd < 0)
        return error_system(err, "load the device program");
    /* While both are attached, the kernel demands that both allow. */
    result = attach(directory_fd, program_fd, err);
    for (size_t i = 0; result == 0 && i < n_earlier; i++)
        result = detach(directory_fd, earlier_ids[i], err);
    return result;
}
