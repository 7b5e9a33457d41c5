/* SPDX-License-Identifier: Apache-2.0
 *
 * linux.resources as files of v1 hierarchies: Documentation/admin-guide/cgroup-v1/ of the kernel.
 */
#ifndef AGENTRUN_PLAN_CGROUPS_V1_H
#define AGENTRUN_PLAN_CGROUPS_V1_H

#include "agentrun/plan/cgroups.h"

/* Add all writes. */
void cgroups_v1_build(struct cgroup_writes *writes);

#endif
