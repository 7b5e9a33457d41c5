/* SPDX-License-Identifier: Apache-2.0
 *
 * I's side of the file system: new file systems, attaching, /dev, masks.
 */
#ifndef AGENTRUN_CONTAINER_ROOTFS_H
#define AGENTRUN_CONTAINER_ROOTFS_H

#include "agentrun/container/init.h"

/* Make those file systems of the plan that must be made in the home network namespace (procfs,
 * sysfs), detached, and remember them in init->made_fds and init->procfs_fd. */
int rootfs_make_at_home(struct init *init, struct error *err);

/* Attach the root and everything that the plan mounts in it, in order. */
int rootfs_mount(struct init *init, struct error *err);

/* Close the root for writing if the plan says so, and change to it. */
int rootfs_pivot(struct init *init, struct error *err);

#endif
