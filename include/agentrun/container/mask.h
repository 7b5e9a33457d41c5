/* SPDX-License-Identifier: Apache-2.0
 *
 * Masked and read-only paths. OCI runtime specification, config-linux.md, Masked Paths, Readonly
 * Paths. A path that is not there needs no mask: it is looked for first, since a bind that fails
 * would already have cloned a mount, and throwing that away waits for the kernel.
 */
#ifndef AGENTRUN_CONTAINER_MASK_H
#define AGENTRUN_CONTAINER_MASK_H

#include "agentrun/base/error.h"

/* Hide what is at `path` inside root_fd: a file under null_fd, the null device of our own /dev; a
 * directory under an empty read-only tmpfs, which is kept in *directory_fd (-1 at first) and shown
 * again for the next. */
int mask_path(int root_fd, const char *path, int null_fd, int *directory_fd, struct error *err);

/* Make what is at `path`, and all mounts below, read-only. */
int mask_make_readonly(int root_fd, const char *path, struct error *err);

#endif
