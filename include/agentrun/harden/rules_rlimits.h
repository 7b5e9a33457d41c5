/* SPDX-License-Identifier: Apache-2.0
 *
 * Resource limits of the process, setrlimit(2).
 */
#ifndef AGENTRUN_HARDEN_RULES_RLIMITS_H
#define AGENTRUN_HARDEN_RULES_RLIMITS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_rlimits;

#endif
