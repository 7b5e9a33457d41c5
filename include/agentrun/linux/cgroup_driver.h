/* SPDX-License-Identifier: Apache-2.0
 *
 * What the drivers of v1 and v2 have to offer to cgroup.c, which holds all that they have in
 * common: both are sets of directories, one of which is enough for v2.
 */
#ifndef AGENTRUN_LINUX_CGROUP_DRIVER_H
#define AGENTRUN_LINUX_CGROUP_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "agentrun/linux/backoff.h"
#include "agentrun/linux/cgroup.h"

struct cgroup_driver {
    /* The file through which a process moves itself. */
    const char *enter_file;
    /* A file with a line "oom_kill N", and whose it is. */
    const char *oom_file;
    enum cgroup_controller oom_controller;

    /* Make a directory usable that was just made or found. n_kept as in cgroup_tree_make. */
    int (*prepare)(const struct cgroup_host *host, const struct cgroup *cgroup,
                   enum cgroup_controller controller, size_t n_kept, struct error *err);
    int (*apply_devices)(const struct cgroup *cgroup, const struct cgroup_device_rule *rules,
                         size_t n_rules, struct error *err);
    /* Ask for the state and wait for it; -ETIMEDOUT leaves the request standing. */
    int (*freeze)(const struct cgroup *cgroup, bool frozen, struct backoff *backoff,
                  struct error *err);
    /* Frozen, or about to be. */
    int (*is_frozen)(const struct cgroup *cgroup, bool *out_frozen, struct error *err);
    int (*kill)(const struct cgroup *cgroup, struct error *err);
};

/* Borrowed; -1: the group has no directory for this controller. */
static inline int cgroup_directory(const struct cgroup *cgroup, enum cgroup_controller controller)
{
    return cgroup->directory_fds[cgroup->same_as[controller]];
}

/* The directory whose processes count as the group's: the freezer's, since what it holds cannot
 * fork, or else the first that there is. Borrowed. */
static inline int cgroup_members_directory(const struct cgroup *cgroup)
{
    int fd = cgroup_directory(cgroup, CGROUP_FREEZER);

    for (int c = 0; fd < 0 && c < N_CGROUP_CONTROLLERS; c++)
        fd = cgroup->directory_fds[c];
    return fd;
}

#endif
