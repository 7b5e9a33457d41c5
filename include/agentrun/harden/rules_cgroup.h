/* SPDX-License-Identifier: Apache-2.0
 *
 * The place of the control group, and controllers other than memory and processors.
 */
#ifndef AGENTRUN_HARDEN_RULES_CGROUP_H
#define AGENTRUN_HARDEN_RULES_CGROUP_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_cgroup;

#endif
