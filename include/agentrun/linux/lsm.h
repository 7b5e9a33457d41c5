/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels of the mandatory access control modules. apparmor(7), selinux(8)
 */
#ifndef AGENTRUN_LINUX_LSM_H
#define AGENTRUN_LINUX_LSM_H

#include <stdbool.h>

#include "agentrun/base/error.h"

/* Whether the module is active in the running kernel. Asked on the host. */
bool lsm_has_apparmor(void);
bool lsm_has_selinux(void);

/* Choose what the calling process becomes at its next exec. procfs_fd is the root of a procfs of
 * its own pid namespace; NULL: no label of this module. A label that the kernel does not take is an
 * error: without the module, or when the profile is not loaded. */
int lsm_set_exec_label(int procfs_fd, const char *apparmor_profile, const char *selinux_label,
                       struct error *err);

#endif
