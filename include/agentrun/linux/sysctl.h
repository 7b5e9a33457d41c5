/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel parameters of the container's namespaces. sysctl(8), Documentation/admin-guide/sysctl/
 */
#ifndef AGENTRUN_LINUX_SYSCTL_H
#define AGENTRUN_LINUX_SYSCTL_H

#include "agentrun/base/error.h"

/* Write `value` to the parameter at `path` below sys ("net/ipv4/ip_unprivileged_port_start") of the
 * procfs whose root is procfs_fd. The kernel takes the namespaces of the process that opens the
 * file, so the caller is in the container's. Errors: those of procfs_open. */
int sysctl_write(int procfs_fd, const char *path, const char *value, struct error *err);

#endif
