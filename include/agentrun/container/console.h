/* SPDX-License-Identifier: Apache-2.0
 *
 * The terminal of a container's process: made in the container's own devpts, so that it has a name
 * there; the host's terminal never gets in. OCI runtime specification, config.md, Process.
 */
#ifndef AGENTRUN_CONTAINER_CONSOLE_H
#define AGENTRUN_CONTAINER_CONSOLE_H

#include "agentrun/plan/plan.h"

/* Make a terminal in devpts_fd, make it the controlling one and descriptors 0 to 2, and show it as
 * /dev/console inside root_fd (-1: not). The caller has just become the leader of a session. */
int console_set_up(const struct plan_process *process, int devpts_fd, int root_fd,
                   int *out_master_fd, struct error *err);

/* The parent's half: hand own_master_fd over through console_fd, the connected console socket of
 * the caller, or without one (-1) keep it in *out_master_fd and give it the size of our terminal.
 */
int console_take_master(int console_fd, int own_master_fd, int *out_master_fd, struct error *err);

#endif
