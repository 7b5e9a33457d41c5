/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's rules, effective: every value decided. Plain data, so that whoever fills it (the
 * built-in rules, a file, a merge of several) only has to fill the structure.
 */
#ifndef AGENTRUN_POLICY_POLICY_H
#define AGENTRUN_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/error.h"

enum policy_root_user {
    POLICY_ROOT_NOBODY, /* uid 0 becomes nobody_uid */
    POLICY_ROOT_KEEP,
};

/* A resource limit of the process, setrlimit(2). UINT64_MAX: unlimited. */
struct policy_rlimit {
    const char *name; /* "RLIMIT_NOFILE" */
    int resource;
    uint64_t default_soft;               /* what a process gets whose caller named no limit */
    uint64_t maximum_soft, maximum_hard; /* ceilings for what the caller names */
};

/* A variable of the environment that every process has. */
struct policy_variable {
    const char *name, *value;
    bool names_directory; /* replaced when it names a directory that cannot be written */
};

/* A path pattern, matched against resolved paths: path.h. */
struct policy_path {
    const char *pattern;
    const char *destination; /* pattern for the place inside; NULL: anywhere */
    bool writable;           /* false: mounted read-only, whatever was asked */
    bool is_file;            /* a regular file of root's, or of the container's root user */
    bool may_be_mount;       /* the source may be the root of a mount: see mounts.volume-device */
};

/* A device node that containers have. */
struct policy_device {
    const char *path; /* "/dev/null" */
    uint32_t major, minor;
};

/* A control group rule for character devices; they are the only ones that are allowed. */
struct policy_device_rule {
    int64_t major, minor; /* minor -1: any */
};

/* A sysctl that may be set, and the characters that its value may have. */
struct policy_sysctl {
    const char *pattern; /* "*" stands for any text: "kernel.shm*" */
    const char *value_characters;
};

/* A hook that may run on the host. */
struct policy_hook {
    const char *program; /* pattern for the resolved path of the file */
    const char *first_argument;
};

struct policy_strings {
    const char *const *texts;
    size_t n_texts;
};

struct policy {
    struct {
        enum policy_root_user root;
        uint32_t nobody_uid, nobody_gid;
        uint32_t umask_bits;          /* always set in the umask */
        uint32_t lowest_mapped_id;    /* of the host, that a user namespace may map */
        const uint32_t *allowed_gids; /* supplementary groups that a caller may ask for */
        size_t n_allowed_gids;
    } user;
    struct {
        const struct policy_rlimit *rlimits;
        size_t n_rlimits;
        const struct policy_variable *variables;
        size_t n_variables;
    } process;
    struct {
        uint64_t memory_limit_bytes; /* ceiling and default */
        bool swap_allowed;
        uint64_t swappiness_maximum; /* 0..100 */
        int64_t pids_limit;
        uint64_t cpu_quota_us, cpu_period_us; /* ceiling and default: quota/period processors */
        uint64_t cpu_period_minimum_us, cpu_period_maximum_us;
        uint64_t cpu_shares;
        uint16_t block_io_weight;
        int64_t oom_score_adj_minimum;
        const char *cgroup_parent; /* for containers whose caller names no control group */
    } resources;
    struct {
        uint64_t tmp_bytes, var_tmp_bytes, run_bytes, shm_bytes, device_bytes, other_bytes;
        uint64_t n_inodes;
    } scratch;
    struct {
        const struct policy_path *allowed; /* prefixes that bind sources may lie under */
        size_t n_allowed;
        const struct policy_path *engine_files; /* what engines mount for a container themselves */
        size_t n_engine_files;
        const char *const *denied; /* directories that are refused under any prefix */
        size_t n_denied;
        size_t max_mounts;
        uint64_t max_terminals; /* of one container's devpts */
    } mounts;
    struct {
        const struct policy_device *nodes;
        size_t n_nodes;
        const struct policy_device_rule *rules;
        size_t n_rules;
    } devices;
    struct {
        const char *const *masked, *const *readonly;
        size_t n_masked, n_readonly;
        size_t max_paths; /* of each kind */
    } paths;
    struct {
        const struct policy_sysctl *allowed;
        size_t n_allowed;
    } sysctls;
    struct {
        const struct policy_hook *allowed;
        size_t n_allowed;
        int64_t timeout_maximum_s;
    } hooks;
    struct {
        size_t max_names; /* of system calls, in all rules together */
    } seccomp;
};

/* The policy in force. Until policy files are supported, a file at the configured place is an
 * error: rules that cannot be read must not be taken for none. */
int policy_load(const char *path, const struct policy **out_policy, struct error *err);

#endif
