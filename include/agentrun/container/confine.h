/* SPDX-License-Identifier: Apache-2.0
 *
 * The last steps before a program, the same for init and for exec: descriptors, working directory,
 * limits, rights, filters. Nothing here can be taken back.
 */
#ifndef AGENTRUN_CONTAINER_CONFINE_H
#define AGENTRUN_CONTAINER_CONFINE_H

#include "agentrun/plan/plan.h"

/* Close every descriptor but 0 to 2, the n_preserve_fds after them, and *socket_fd, which moves
 * behind those; then enter the working directory and check that it lies inside the root. */
int confine_descriptors(const struct plan_process *process, unsigned n_preserve_fds, int *socket_fd,
                        struct error *err);

/* Resource limits, umask, bounding set, groups, ids, capability sets, no_new_privs, Landlock. */
int confine_rights(const struct plan_process *process, struct error *err);

/* The label of the program to come, through a procfs that is known to be one. */
int confine_label(const struct plan_process *process, int procfs_fd, struct error *err);

/* Install our own filter. */
int confine_denylist(const struct plan_process *process, struct error *err);

/* Give ignored_signals (bit N-1 is signal N) their default action, unblock all, and install the
 * caller's filter, if there is one, with the layer that answers ENOSYS. After that the filter might
 * forbid everything but the exec. */
int confine_caller_filter(const struct plan_process *process, uint64_t ignored_signals,
                          struct error *err);

/* Execute `program`. Returns only on failure. */
int confine_execute(const struct plan_process *process, const char *program, struct error *err);

#endif
