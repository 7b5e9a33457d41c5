/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate between create and start: a socket in the state directory on which init listens. It is
 * there exactly as long as the container is "created"; a dead init refuses the connection, so that
 * no start waits for ever.
 */
#ifndef AGENTRUN_CONTAINER_GATE_H
#define AGENTRUN_CONTAINER_GATE_H

#include "agentrun/base/error.h"

/* Make the gate in state_fd, listening, for init to inherit. */
int gate_open(int state_fd, int *out_gate_fd, struct error *err);

/* Connect to it. -ENOENT: there is none (never created, or started already); -ECONNREFUSED: init is
 * gone. */
int gate_connect(int state_fd, int *out_socket_fd, struct error *err);

/* Take the gate away: the container is started. */
int gate_remove(int state_fd, struct error *err);

#endif
