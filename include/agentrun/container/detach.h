/* SPDX-License-Identifier: Apache-2.0
 *
 * The mounts that come from the host, made by P: detached copies of exactly the objects that the
 * pipeline opened and harden judged. They must be cloned here, since a mount can be cloned only in
 * the mount namespace it belongs to; I only attaches them.
 */
#ifndef AGENTRUN_CONTAINER_DETACH_H
#define AGENTRUN_CONTAINER_DETACH_H

#include "agentrun/base/arena.h"
#include "agentrun/plan/plan.h"

struct detached {
    int root_fd;    /* the container's root file system */
    int *mount_fds; /* one per mount of the plan; -1 where it is no bind */
    size_t n_mounts;
    int cgroup_fds[N_CGROUP_CONTROLLERS]; /* one per hierarchy; -1: none, or shown by another */
};

/* Room for the descriptors of `plan`; all -1. */
void detached_init(struct arena *arena, const struct plan *plan, struct detached *out_detached);

/* Clone root and binds, and if the plan mounts a cgroup file system the directories of `cgroup`.
 * On failure what was opened stays in *detached for detached_close. */
int detach_mounts(const struct plan *plan, const struct cgroup *cgroup, struct detached *detached,
                  struct error *err);

/* Close what is open. The mounts that were attached meanwhile stay. */
void detached_close(struct detached *detached);

#endif
