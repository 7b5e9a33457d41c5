/* SPDX-License-Identifier: Apache-2.0
 *
 * Mount options: what is always set, never set, and bounded.
 */
#ifndef AGENTRUN_HARDEN_RULES_MOUNT_OPTIONS_H
#define AGENTRUN_HARDEN_RULES_MOUNT_OPTIONS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_mount_options;

#endif
