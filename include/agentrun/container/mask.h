/* SPDX-License-Identifier: Apache-2.0
 *
 * Masked and read-only paths. OCI runtime specification, config-linux.md, Masked Paths, Readonly
 * Paths. A path that is not there needs no mask: it is looked for first, since a bind that fails
 * would already have cloned a mount, and throwing that away waits for the kernel.
 */
#ifndef AGENTRUN_CONTAINER_MASK_H
#define AGENTRUN_CONTAINER_MASK_H

#include "agentrun/container/init.h"

/* Hide what is at `path`: a file under the null device of our own /dev; a directory under an empty
 * read-only tmpfs, which is kept in init->mask_directory_fd and shown again for the next. */
int mask_path(struct init *init, const char *path, struct error *err);

/* Make what is at `path`, and all mounts below, read-only. */
int mask_make_readonly(struct init *init, const char *path, struct error *err);

#endif
