/* SPDX-License-Identifier: Apache-2.0
 *
 * Sections that no container of ours gets, and what nobody knows.
 */
#ifndef AGENTRUN_HARDEN_RULES_FOREIGN_H
#define AGENTRUN_HARDEN_RULES_FOREIGN_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_foreign;

#endif
