/* SPDX-License-Identifier: Apache-2.0
 *
 * The directories of one hierarchy: making them, looking through them, removing them. The same for
 * v1 and v2.
 */
#ifndef AGENTRUN_LINUX_CGROUP_TREE_H
#define AGENTRUN_LINUX_CGROUP_TREE_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "agentrun/base/error.h"
#include "agentrun/linux/backoff.h"

/* Groups below a group are followed to this depth. */
#define CGROUP_TREE_MAX_DEPTH 128

/* Whether `path` may name a group: absolute, not "/" alone, no empty, "." or ".." component, no
 * control characters. -EINVAL. */
int cgroup_tree_check_path(const char *path, struct error *err);

/* Make the directory `path` below mount_point, with its parents. out_n_kept: how many bytes of the
 * path were there before (all: the directory was not made but found). */
int cgroup_tree_make(const char *mount_point, const char *path, size_t *out_n_kept,
                     struct error *err);

/* Undo cgroup_tree_make. What is in use by now stays. */
void cgroup_tree_unmake(const char *mount_point, const char *path, size_t n_kept);

/* Open the directory with O_PATH. */
int cgroup_tree_open(const char *mount_point, const char *path, int *out_directory_fd,
                     struct error *err);

/* Call `visit` for each process in the group directory_fd and in those below it, until it returns
 * something else than 0; that is returned then. Processes outside of the caller's pid namespace
 * are visited as pid 0. Groups that vanish meanwhile are skipped. -ELOOP: nested too deeply. */
int cgroup_tree_visit_pids(int directory_fd,
                           int (*visit)(pid_t pid, void *context, struct error *err), void *context,
                           struct error *err);

/* Remove the directory and all directories below it, deepest first. While the kernel says EBUSY it
 * is tried again until the time is up: -EBUSY. What is gone already is no error. */
int cgroup_tree_remove(const char *mount_point, const char *path, struct backoff *backoff,
                       struct error *err);

#endif
