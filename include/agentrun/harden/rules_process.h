/* SPDX-License-Identifier: Apache-2.0
 *
 * Who the program is and what it may use: user, privileges, limits, priorities.
 */
#ifndef AGENTRUN_HARDEN_RULES_PROCESS_H
#define AGENTRUN_HARDEN_RULES_PROCESS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_process;

#endif
