/* SPDX-License-Identifier: Apache-2.0
 *
 * Which descriptors a program gets: none of the runtime's, none that leads out of the container.
 */
#ifndef AGENTRUN_LINUX_DESCRIPTORS_H
#define AGENTRUN_LINUX_DESCRIPTORS_H

#include "agentrun/base/error.h"

/* Close every descriptor from first_fd on. close_range(2), or /proc/self/fd on older kernels. */
int descriptors_close_from(int first_fd, struct error *err);

/* Close what the caller left open from first_fd on, except keep_fd (-1: nothing), which is the
 * runtime's own. An engine's socket must not live on in a container that waits to be started. */
int descriptors_close_inherited(int first_fd, int keep_fd, struct error *err);

/* Look at what the program will have as descriptors 0 to 2, as the caller gave them. Pipes, Unix
 * sockets, terminals, harmless character devices such as /dev/null, and regular files of ordinary
 * file systems pass; everything else is -EPERM: directories, block devices, network sockets,
 * namespaces, processes, other devices, and files of the kernel opened for writing. A missing
 * descriptor becomes /dev/null, without close-on-exec. */
int descriptors_check_stdio(struct error *err);

/* The same look at the n_preserve_fds descriptors from 3 on that the caller wants passed to the
 * program; each must be open. */
int descriptors_check_preserved(unsigned n_preserve_fds, struct error *err);

#endif
