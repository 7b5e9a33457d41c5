/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of mounts as a whole: number, order, and the mounts that every container has.
 */
#ifndef AGENTRUN_HARDEN_RULES_MOUNT_LIST_H
#define AGENTRUN_HARDEN_RULES_MOUNT_LIST_H

#include "agentrun/harden/rule.h"

/* Before anything looks at single mounts. */
extern const struct rule_family rules_mount_count;
/* Once each mount has been judged. */
extern const struct rule_family rules_mount_list;

#endif
