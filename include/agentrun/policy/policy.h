/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's rules, effective: every value decided. Files, merging and origins come on top of
 * this; policy_builtin() is what holds when nothing was written.
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

/* A path pattern: "*" stands for one component, "$ID" for the container's id, a final "/" plus
 * "**" for everything below. */
struct policy_path {
    const char *pattern;
    bool writable;
};

struct policy {
    struct {
        enum policy_root_user root;
        uint32_t nobody_uid, nobody_gid;
    } user;
    struct {
        uint64_t memory_limit_bytes; /* ceiling and default */
        bool swap_allowed;
        int64_t pids_limit;
        uint64_t cpu_quota_us, cpu_period_us; /* ceiling and default: quota/period processors */
        uint64_t cpu_shares;
        uint16_t block_io_weight;
        int64_t oom_score_adj_minimum;
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
    } mounts;
    struct {
        const char *const *masked, *const *readonly;
        size_t n_masked, n_readonly;
    } paths;
    struct {
        const char *const *allowed;
        size_t n_allowed;
    } sysctls;
};

/* The built-in policy: design.md's table. Constant; nobody frees it. */
const struct policy *policy_builtin(void);

/* The policy in force. Until policy files are supported, a file at the configured place is an
 * error: rules that cannot be read must not be taken for none. */
int policy_load(const char *path, const struct policy **out_policy, struct error *err);

#endif
