/* SPDX-License-Identifier: Apache-2.0
 *
 * Seccomp filters as values: what a profile says, and the classic BPF that the kernel loads.
 */
#ifndef AGENTRUN_FILTER_FILTER_H
#define AGENTRUN_FILTER_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

/* The kernel takes no longer program: BPF_MAXINSNS, linux/bpf_common.h. */
#define FILTER_MAX_INSTRUCTIONS 4096

struct filter_program {
    uint16_t n_instructions; /* 0: no filter */
    const struct sock_filter *instructions;
    uint32_t flags; /* SECCOMP_FILTER_FLAG_…, of seccomp(2) */
};

enum filter_comparison {
    FILTER_NOT_EQUAL,
    FILTER_LESS,
    FILTER_LESS_OR_EQUAL,
    FILTER_EQUAL,
    FILTER_GREATER_OR_EQUAL,
    FILTER_GREATER,
    FILTER_MASKED_EQUAL, /* (argument & value) == value_two */
};

struct filter_argument {
    unsigned index; /* 0..5 */
    enum filter_comparison comparison;
    uint64_t value, value_two;
};

struct filter_rule {
    const char *const *names;
    size_t n_names;
    uint32_t action; /* SECCOMP_RET_… with its data */
    const struct filter_argument *arguments;
    size_t n_arguments;
};

/* A profile as a caller writes it, with actions already as the kernel's numbers. */
struct filter_profile {
    uint32_t default_action;
    const uint32_t *architectures; /* AUDIT_ARCH_…; x32 is AUDIT_ARCH_X86_64 | FILTER_X32 */
    size_t n_architectures;        /* 0: the native one only */
    uint32_t
        foreign_action; /* SECCOMP_RET_… for all others; 0 kills the thread, as libseccomp does */
    const struct filter_rule *rules;
    size_t n_rules;
    uint32_t flags; /* SECCOMP_FILTER_FLAG_… */
};

#define FILTER_X32 0x100

/* The architecture that this program was built for, AUDIT_ARCH_…. */
uint32_t filter_native_architecture(void);

/* "SCMP_ARCH_X86_64" … → the value of filter_profile.architectures; false for an unknown name. */
bool filter_architecture_parse(const char *name, uint32_t *out_architecture);

/* "SCMP_ACT_ALLOW" … → SECCOMP_RET_…, with `data` (an errno) for ERRNO and TRACE; false for an
 * unknown name. */
bool filter_action_parse(const char *name, uint16_t data, uint32_t *out_action);

/* "SCMP_CMP_EQ" … ; false for an unknown name. */
bool filter_comparison_parse(const char *name, enum filter_comparison *out_comparison);

/* "SECCOMP_FILTER_FLAG_LOG" … ; false for an unknown name. */
bool filter_flag_parse(const char *name, uint32_t *out_flag);

#endif
