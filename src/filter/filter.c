/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>

#include "agentrun/base/scope.h"

struct name {
    const char *name;
    uint32_t value;
};

/* runtime-spec, config-linux.md, "Seccomp". */
static const struct name architectures[] = {
    { "SCMP_ARCH_X86", AUDIT_ARCH_I386 },
    { "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64 },
    { "SCMP_ARCH_X32", AUDIT_ARCH_X86_64 | FILTER_X32 },
    { "SCMP_ARCH_ARM", AUDIT_ARCH_ARM },
    { "SCMP_ARCH_AARCH64", AUDIT_ARCH_AARCH64 },
    { "SCMP_ARCH_LOONGARCH64", AUDIT_ARCH_LOONGARCH64 },
    { "SCMP_ARCH_M68K", AUDIT_ARCH_M68K },
    { "SCMP_ARCH_MIPS", AUDIT_ARCH_MIPS },
    { "SCMP_ARCH_MIPS64", AUDIT_ARCH_MIPS64 },
    { "SCMP_ARCH_MIPS64N32", AUDIT_ARCH_MIPS64N32 },
    { "SCMP_ARCH_MIPSEL", AUDIT_ARCH_MIPSEL },
    { "SCMP_ARCH_MIPSEL64", AUDIT_ARCH_MIPSEL64 },
    { "SCMP_ARCH_MIPSEL64N32", AUDIT_ARCH_MIPSEL64N32 },
    { "SCMP_ARCH_PARISC", AUDIT_ARCH_PARISC },
    { "SCMP_ARCH_PARISC64", AUDIT_ARCH_PARISC64 },
    { "SCMP_ARCH_PPC", AUDIT_ARCH_PPC },
    { "SCMP_ARCH_PPC64", AUDIT_ARCH_PPC64 },
    { "SCMP_ARCH_PPC64LE", AUDIT_ARCH_PPC64LE },
    { "SCMP_ARCH_RISCV64", AUDIT_ARCH_RISCV64 },
    { "SCMP_ARCH_S390", AUDIT_ARCH_S390 },
    { "SCMP_ARCH_S390X", AUDIT_ARCH_S390X },
    { "SCMP_ARCH_SH", AUDIT_ARCH_SHEL },
    { "SCMP_ARCH_SHEB", AUDIT_ARCH_SH },
};

static const struct name actions[] = {
    { "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
    { "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
    { "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
    { "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
    { "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
    { "SCMP_ACT_LOG", SECCOMP_RET_LOG },
    { "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
    { "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
    { "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
};

static const struct name comparisons[] = {
    { "SCMP_CMP_NE", FILTER_NOT_EQUAL },           { "SCMP_CMP_LT", FILTER_LESS },
    { "SCMP_CMP_LE", FILTER_LESS_OR_EQUAL },       { "SCMP_CMP_EQ", FILTER_EQUAL },
    { "SCMP_CMP_GE", FILTER_GREATER_OR_EQUAL },    { "SCMP_CMP_GT", FILTER_GREATER },
    { "SCMP_CMP_MASKED_EQ", FILTER_MASKED_EQUAL },
};

static const struct name flags[] = {
    { "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
    { "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
    { "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
    { "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV },
};

static bool lookup(const struct name *names, size_t n_names, const char *name, uint32_t *out_value)
{
    for (size_t i = 0; i < n_names; i++) {
        if (strcmp(names[i].name, name) != 0)
            continue;
        *out_value = names[i].value;
        return true;
    }
    return false;
}

uint32_t filter_native_architecture(void)
{
#if defined(__x86_64__) && !defined(__ILP32__)
    return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    return AUDIT_ARCH_AARCH64;
#else
/* cppcheck-suppress preprocessorErrorDirective */
#error "system call filters have not been made for this architecture"
#endif
}

bool filter_architecture_parse(const char *name, uint32_t *out_architecture)
{
    return lookup(architectures, ARRAY_SIZE(architectures), name, out_architecture);
}

bool filter_action_parse(const char *name, uint16_t data, uint32_t *out_action)
{
    uint32_t action;

    if (!lookup(actions, ARRAY_SIZE(actions), name, &action))
        return false;
    if (action == SECCOMP_RET_ERRNO || action == SECCOMP_RET_TRACE)
        action |= data;
    *out_action = action;
    return true;
}

bool filter_comparison_parse(const char *name, enum filter_comparison *out_comparison)
{
    uint32_t comparison;

    if (!lookup(comparisons, ARRAY_SIZE(comparisons), name, &comparison))
        return false;
    *out_comparison = comparison;
    return true;
}

bool filter_flag_parse(const char *name, uint32_t *out_flag)
{
    return lookup(flags, ARRAY_SIZE(flags), name, out_flag);
}
