/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the container something is mounted. What lies near the root of one of the file systems
 * that init itself has just made (/dev, /proc, /sys) is named through that mount's own descriptor:
 * no path of the image is walked at all. Everything else goes through the path walker.
 */
#ifndef AGENTRUN_CONTAINER_TARGET_H
#define AGENTRUN_CONTAINER_TARGET_H

#include <sys/types.h>

#include "agentrun/container/init.h"
#include "agentrun/linux/rootpath.h"

struct target {
    int fd;           /* O_PATH; stays open until the program is executed */
    const char *name; /* at most two components below fd, or "": fd itself */
};

/* Find `path`, making it if asked. A link as last component is followed (inside the root) if
 * `follow`, and never below our own file systems. */
int target_open(const struct init *init, const char *path, bool follow, enum rootpath_make make,
                struct target *out_target, struct error *err);

/* The same for what must exist: 1 with its mode, or 0 when nothing is there. */
int target_open_present(const struct init *init, const char *path, struct target *out_target,
                        mode_t *out_mode, struct error *err);

#endif
