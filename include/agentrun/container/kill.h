/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals to a container. Never by a bare pid: the process is held by a descriptor and compared by
 * its start time, so that a recycled pid is not hit.
 */
#ifndef AGENTRUN_CONTAINER_KILL_H
#define AGENTRUN_CONTAINER_KILL_H

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/container/state.h"
#include "agentrun/linux/cgroup.h"

/* Send `signal` (0: only look) to init. SIGKILL reaches a frozen container too, and the whole
 * control group when init does not take its pid namespace along. `cgroups` is used for SIGKILL
 * only and may be NULL otherwise. -ESRCH: "container not running". */
int container_signal_init(const struct state *state, const struct cgroup_host *cgroups, int signal,
                          struct error *err);

/* Send `signal` to every process of the container, of which there may be none. */
int container_signal_all(struct arena *arena, const struct state *state,
                         const struct cgroup_host *cgroups, int signal, struct error *err);

/* Open the control group of the container. -ENOENT: it has none, or it is gone already. */
int container_open_cgroup(const struct state *state, const struct cgroup_host *cgroups,
                          struct cgroup *out_cgroup, struct error *err);

#endif
