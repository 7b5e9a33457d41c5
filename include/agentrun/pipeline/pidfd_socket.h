/* SPDX-License-Identifier: Apache-2.0
 *
 * --pidfd-socket of create, run and exec: the caller wants the descriptor of the process rather
 * than its number, which the kernel may use again.
 */
#ifndef AGENTRUN_PIPELINE_PIDFD_SOCKET_H
#define AGENTRUN_PIPELINE_PIDFD_SOCKET_H

#include "agentrun/base/error.h"

/* Connect to the caller's socket and send the descriptor, with "pidfd" as data. NULL for the path:
 * nobody asked, nothing is done. unix(7) */
int pidfd_socket_send(const char *socket_path, int pidfd, struct error *err);

#endif
