/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof instead of belief: what the kernel shows of a process that has given up its rights is
 * compared with what was planned, from outside and before the program runs.
 */
#ifndef AGENTRUN_CONTAINER_ATTEST_H
#define AGENTRUN_CONTAINER_ATTEST_H

#include <sys/types.h>

#include "agentrun/base/arena.h"
#include "agentrun/plan/plan.h"

struct attest_expectation {
    uid_t uid;
    gid_t gid;
    const char *groups; /* as attest_groups writes them */
    struct plan_capabilities capabilities;
};

/* A list of supplementary groups in the kernel's form: in order, a blank behind each. */
const char *attest_groups(struct arena *arena, const gid_t *groups, size_t n_groups);

/* Read /proc/PID/status and compare: ids, groups, the five capability sets, no_new_privs, seccomp
 * in filter mode. Weaker than planned is -EPERM, "attestation: …: expected …, found …". */
int attest_process(pid_t pid, const struct attest_expectation *expectation, struct error *err);

#endif
