/* SPDX-License-Identifier: Apache-2.0
 *
 * Pseudoterminals out of the container's own devpts, and how their master reaches the caller.
 * pty(7), ioctl_tty(2)
 */
#ifndef AGENTRUN_LINUX_TERMINAL_H
#define AGENTRUN_LINUX_TERMINAL_H

#include <stdint.h>
#include <sys/types.h>

#include "agentrun/base/error.h"

/* Make a pseudoterminal. devpts_fd is the root of a devpts instance (O_PATH is enough). The slave
 * is opened through the master, so that no name can be exchanged on the way. The caller closes
 * both; neither becomes a controlling terminal. -EINVAL when it is no devpts. */
int terminal_open(int devpts_fd, int *out_master_fd, int *out_slave_fd, struct error *err);

/* The N of /dev/pts/N. */
int terminal_number(int master_fd, unsigned *out_number, struct error *err);

/* Set the size; works on both ends, and the foreground processes get SIGWINCH when it changes. */
int terminal_set_size(int fd, uint16_t height, uint16_t width, struct error *err);

/* Make the slave the controlling terminal of this session, whose leader the caller is and which has
 * none yet, give it to (uid, gid) (gid -1: as it is), and make it standard input, output and error.
 * slave_fd, which is above 2, stays open. */
int terminal_take(int slave_fd, uid_t uid, gid_t gid, struct error *err);

/* Connect to the caller's console socket. A path above 107 bytes is -ENAMETOOLONG. Done while the
 * caller's file system is still in sight. unix(7) */
int terminal_connect(const char *socket_path, int *out_socket_fd, struct error *err);

/* Hand the master over: one message with one descriptor and `name` ("/dev/pts/0") as its data. No
 * answer is awaited, since some callers accept the connection only after the runtime has ended. */
int terminal_send(int socket_fd, int master_fd, const char *name, struct error *err);

#endif
