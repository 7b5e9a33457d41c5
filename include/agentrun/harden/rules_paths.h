/* SPDX-License-Identifier: Apache-2.0
 *
 * Masked and read-only paths: at least what the policy lists.
 */
#ifndef AGENTRUN_HARDEN_RULES_PATHS_H
#define AGENTRUN_HARDEN_RULES_PATHS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_paths;

#endif
