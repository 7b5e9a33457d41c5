/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs of the caller's that would run on the host or before the container's.
 */
#ifndef AGENTRUN_HARDEN_RULES_HOOKS_H
#define AGENTRUN_HARDEN_RULES_HOOKS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_hooks;

#endif
