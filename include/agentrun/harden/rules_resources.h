/* SPDX-License-Identifier: Apache-2.0
 *
 * What the control group limits: memory, processes, processors, disks and the rest.
 */
#ifndef AGENTRUN_HARDEN_RULES_RESOURCES_H
#define AGENTRUN_HARDEN_RULES_RESOURCES_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_resources;

#endif
