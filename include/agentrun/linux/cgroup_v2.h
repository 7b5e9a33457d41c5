/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver for the unified hierarchy: one directory for all controllers.
 * Documentation/admin-guide/cgroup-v2.rst of the kernel.
 */
#ifndef AGENTRUN_LINUX_CGROUP_V2_H
#define AGENTRUN_LINUX_CGROUP_V2_H

#include "agentrun/linux/cgroup_driver.h"

extern const struct cgroup_driver cgroup_v2_driver;

/* The line for cgroup.subtree_control that enables those controllers that we use, that `available`
 * has and that `enabled` lacks (both as the kernel lists them): "+cpu +memory"; empty when there
 * are none. Pure. */
int cgroup_v2_missing_controllers(const char *available, const char *enabled, char *out_line,
                                  size_t n_bytes, struct error *err);

#endif
