/* SPDX-License-Identifier: Apache-2.0
 *
 * The hierarchies of a host, worked out from the texts in which the kernel tells them. Pure.
 */
#ifndef AGENTRUN_LINUX_CGROUP_PARSE_H
#define AGENTRUN_LINUX_CGROUP_PARSE_H

#include "agentrun/linux/cgroup.h"

/* From the texts of /proc/PID/mountinfo and /proc/PID/cgroup. Lines that are not understood are
 * skipped. A hierarchy that is mounted several times is used where all of it is visible, and there
 * at its first place. proc_pid_mountinfo(5), cgroups(7). */
void cgroup_parse_host(struct arena *arena, const char *mountinfo, const char *own_groups,
                       struct cgroup_host *out_host);

#endif
