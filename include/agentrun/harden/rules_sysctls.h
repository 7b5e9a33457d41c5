/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel parameters.
 */
#ifndef AGENTRUN_HARDEN_RULES_SYSCTLS_H
#define AGENTRUN_HARDEN_RULES_SYSCTLS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_sysctls;

#endif
