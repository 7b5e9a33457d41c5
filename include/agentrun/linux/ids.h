/* SPDX-License-Identifier: Apache-2.0
 *
 * User and group ids: taking them on for good, and the maps of a user namespace. credentials(7),
 * user_namespaces(7)
 */
#ifndef AGENTRUN_LINUX_IDS_H
#define AGENTRUN_LINUX_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "agentrun/base/error.h"

/* Become (uid, gid) with exactly these supplementary groups: groups first, then real, effective and
 * saved ids. Nothing is read back: somebody else must look from outside. The process stays
 * undumpable, which the kernel would undo when ids change. -EINVAL for the id -1, which means
 * "unchanged" to the kernel; -EPERM when groups stay because the user namespace denies
 * setgroups(2). */
int ids_apply(uid_t uid, gid_t gid, const gid_t *groups, size_t n_groups, struct error *err);

/* Write the maps of the new user namespace that process `pid`, a child, lives in. The texts are
 * lines of "inside outside count". deny_setgroups is needed by callers without CAP_SETGID. */
int ids_write_maps(pid_t pid, const char *uid_map, const char *gid_map, bool deny_setgroups,
                   struct error *err);

#endif
