/* SPDX-License-Identifier: Apache-2.0
 *
 * What the writes of v1 and v2 have in common: limits of devices, names of page sizes.
 */
#ifndef AGENTRUN_PLAN_CGROUPS_VALUES_H
#define AGENTRUN_PLAN_CGROUPS_VALUES_H

#include "agentrun/plan/cgroups.h"

/* Add a write "MAJOR:MINOR <prefix>RATE" for each device of the list; rate 0 is written as
 * `unlimited`. */
void cgroups_write_throttles(struct cgroup_writes *writes, const struct spec_throttle_list *list,
                             const char *file, const char *prefix, const char *unlimited);

/* Add a write "MAJOR:MINOR WEIGHT" for each device that has a weight, or with `leaf` a weight of
 * its own processes. */
void cgroups_write_weights(struct cgroup_writes *writes, const char *file, bool leaf);

/* Add the writes for all limits of huge pages: hugetlb.SIZE.<suffix> and
 * hugetlb.SIZE.rsvd.<suffix>, which older kernels lack. */
void cgroups_write_hugepages(struct cgroup_writes *writes, const char *suffix);

/* Add the writes for all RDMA devices; both versions have the same file. */
void cgroups_write_rdma(struct cgroup_writes *writes);

#endif
