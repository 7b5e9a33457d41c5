/* SPDX-License-Identifier: Apache-2.0
 *
 * Killing a group whose kernel has no cgroup.kill (v1; v2 before Linux 5.14).
 */
#ifndef AGENTRUN_LINUX_CGROUP_KILL_H
#define AGENTRUN_LINUX_CGROUP_KILL_H

#include "agentrun/linux/cgroup_driver.h"

/* Freeze, send SIGKILL to each process, thaw. Where freezing is not possible or takes too long, all
 * this is done again until no process is left; -ETIMEDOUT after 10 s. A process is signalled by a
 * descriptor, and only if it is seen in the group after that was opened. */
int cgroup_kill_members(const struct cgroup_driver *driver, const struct cgroup *cgroup,
                        struct error *err);

#endif
