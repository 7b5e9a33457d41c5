/* SPDX-License-Identifier: Apache-2.0
 *
 * What each mount may be, by its place and type.
 */
#ifndef AGENTRUN_HARDEN_RULES_MOUNTS_H
#define AGENTRUN_HARDEN_RULES_MOUNTS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_mounts;

#endif
