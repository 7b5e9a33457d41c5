/* SPDX-License-Identifier: Apache-2.0
 *
 * The foreground: waiting for a process of a container, passing on the signals that we get, and
 * relaying its terminal.
 */
#ifndef AGENTRUN_CONTAINER_SUPERVISE_H
#define AGENTRUN_CONTAINER_SUPERVISE_H

#include "agentrun/base/error.h"

/* Wait until the child behind pidfd has ended, and reap it. All signals are blocked and come
 * through signal_fd; those that are meant for the program are passed on. master_fd (-1: none) is
 * the master of its terminal. *out_exit_code: its exit code, or 128 plus the signal that ended it.
 */
int supervise_wait(int pidfd, int signal_fd, int master_fd, int *out_exit_code, struct error *err);

#endif
