/* SPDX-License-Identifier: Apache-2.0
 *
 * Mounts by descriptor: a mount is made detached, gets its attributes while nobody can reach it,
 * and is attached as the last thing. mount_setattr(2), Documentation/filesystems/mount_api.rst.
 */
#ifndef AGENTRUN_LINUX_MOUNT_H
#define AGENTRUN_LINUX_MOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "agentrun/base/error.h"

/* Begin a new file system of `type`; the context takes options until mount_finish. fsopen(2). */
int mount_begin(const char *type, int *out_context_fd, struct error *err);

/* One option; value NULL: a flag. The kernel's own words are part of the error. */
int mount_set_option(int context_fd, const char *key, const char *value, struct error *err);

/* Make the file system and a detached mount of it with MOUNT_ATTR_… `attributes`. fsmount(2). */
int mount_finish(int context_fd, uint64_t attributes, int *out_mount_fd, struct error *err);

/* A detached copy of what is mounted at the entry `name` of the directory `fd`, or with an empty
 * name at `fd` itself; `recursive`: with the mounts below. A link as entry is not followed. The
 * mount must be in the caller's mount namespace. open_tree(2). */
int mount_clone(int fd, const char *name, bool recursive, int *out_mount_fd, struct error *err);

struct mount_attributes {
    uint64_t set, clear;   /* MOUNT_ATTR_…; an atime mode in `set` replaces the old one */
    uint64_t propagation;  /* MS_PRIVATE …; 0: as it is */
    int user_namespace_fd; /* for MOUNT_ATTR_IDMAP in `set` */
};

/* Change a mount, or with `recursive` the whole tree. Does nothing when there is nothing to do. */
int mount_change(int mount_fd, const struct mount_attributes *attributes, bool recursive,
                 struct error *err);

/* mount_clone, and mount_change of the copy, which since Linux 6.15 is one call. */
int mount_clone_changed(int fd, const char *name, const struct mount_attributes *attributes,
                        bool recursive, int *out_mount_fd, struct error *err);

/* Attach a detached mount at the entry `name` of the directory target_fd, or with an empty name at
 * target_fd itself (O_PATH). A link as entry is not followed. move_mount(2). */
int mount_attach(int mount_fd, int target_fd, const char *name, struct error *err);

/* Cut the whole mount namespace off from propagation, both ways. */
int mount_make_private(struct error *err);

/* Make root_fd, which is the root of a mount, the root of this mount namespace, and take the old
 * root away. pivot_root(2). */
int mount_pivot(int root_fd, struct error *err);

#endif
