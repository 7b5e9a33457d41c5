/* SPDX-License-Identifier: Apache-2.0
 *
 * The one walker for paths inside a container's root. The root is hostile: every symbolic link in
 * it may point anywhere, and another container may exchange its components while we look. So
 * nothing is ever resolved as a string and used later; what is returned is a descriptor.
 *
 * openat2(2) with RESOLVE_IN_ROOT, and component by component where the kernel (or a filter around
 * us) does not let us call it.
 */
#ifndef AGENTRUN_LINUX_ROOTPATH_H
#define AGENTRUN_LINUX_ROOTPATH_H

#include <stdbool.h>

#include "agentrun/base/error.h"

enum rootpath_make {
    ROOTPATH_MUST_EXIST,
    ROOTPATH_MAKE_DIRECTORY, /* with its parents, mode 0755 */
    ROOTPATH_MAKE_FILE,      /* an empty one, mode 0644 (0755 for its parents) */
};

/* Open `path` inside root_fd with O_PATH. Absolute links and ".." stay inside the root, magic links
 * of procfs are not followed. With `follow` false a link as last component is -ELOOP, otherwise
 * links may dangle when something is to be made. -ENOENT, -ENOTDIR, -ELOOP … as openat2(2). */
int rootpath_open(int root_fd, const char *path, bool follow, enum rootpath_make make, int *out_fd,
                  struct error *err);

/* The same, always component by component: what rootpath_open falls back to. */
int rootpath_open_by_component(int root_fd, const char *path, bool follow, enum rootpath_make make,
                               int *out_fd, struct error *err);

#endif
