/* SPDX-License-Identifier: Apache-2.0
 *
 * Capabilities: there are none.
 */
#ifndef AGENTRUN_HARDEN_RULES_CAPABILITIES_H
#define AGENTRUN_HARDEN_RULES_CAPABILITIES_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_capabilities;

#endif
