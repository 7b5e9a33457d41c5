/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a container: nothing of it stays, neither process nor control group nor state.
 */
#ifndef AGENTRUN_CONTAINER_REMOVE_H
#define AGENTRUN_CONTAINER_REMOVE_H

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/container/state.h"
#include "agentrun/linux/cgroup.h"

/* Kill whatever lives of the container, wait for it, and remove the control group and then the
 * state directory. When one step fails the state stays, so that the removal can be repeated. Every
 * step finds it fine that somebody else was quicker. Takes up to 20 s if processes or the kernel
 * are unwilling. */
int container_remove(struct arena *arena, int root_fd, const struct state *state,
                     const struct cgroup_host *cgroups, struct error *err);

/* Kill the process that is creating the container, if it still is, and wait for its end. */
int container_end_maker(const struct state *state, struct error *err);

/* state_create() for a new container; one of the same id that was left half made by a creator that
 * is dead is removed first. */
int container_claim(struct arena *arena, int root_fd, const char *id,
                    const struct cgroup_host *cgroups, int *out_state_fd, struct error *err);

#endif
