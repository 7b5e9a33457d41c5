/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver for hosts whose controllers are in v1 hierarchies, one directory in each.
 * Documentation/admin-guide/cgroup-v1/ of the kernel.
 */
#ifndef AGENTRUN_LINUX_CGROUP_V1_H
#define AGENTRUN_LINUX_CGROUP_V1_H

#include "agentrun/linux/cgroup_driver.h"

extern const struct cgroup_driver cgroup_v1_driver;

/* What rule number `index`, which allows, still allows to devices of the type 'b' or 'c' after all
 * later rules: a v1 group keeps a plain list of what is allowed. Its accesses may be none.
 * -ENOTSUP: a later rule denies only some of its devices, which such a list cannot say. Pure. */
int cgroup_v1_reduce_rule(const struct cgroup_device_rule *rules, size_t n_rules, size_t index,
                          char type, struct cgroup_device_rule *out_rule, struct error *err);

#endif
