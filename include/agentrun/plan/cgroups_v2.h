/* SPDX-License-Identifier: Apache-2.0
 *
 * linux.resources as files of the unified hierarchy: Documentation/admin-guide/cgroup-v2.rst of the
 * kernel. The spec has the values of v1; they are converted as other runtimes do.
 */
#ifndef AGENTRUN_PLAN_CGROUPS_V2_H
#define AGENTRUN_PLAN_CGROUPS_V2_H

#include "agentrun/plan/cgroups.h"

/* Add all writes; linux.resources.unified comes last and so wins. */
void cgroups_v2_build(struct cgroup_writes *writes);

/* cpu.shares of 2..262144 → cpu.weight of 1..10000; what lies outside counts as the nearest. */
uint64_t cgroups_v2_cpu_weight(uint64_t shares);

/* blkio.weight of 10..1000 → io.weight of 1..10000, likewise. */
uint64_t cgroups_v2_io_weight(uint64_t weight);

#endif
