/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose files the container writes: id maps of bind mounts.
 */
#ifndef AGENTRUN_HARDEN_RULES_MOUNT_OWNERS_H
#define AGENTRUN_HARDEN_RULES_MOUNT_OWNERS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_mount_owners;

#endif
