/* SPDX-License-Identifier: Apache-2.0
 *
 * The root file system.
 */
#ifndef AGENTRUN_HARDEN_RULES_ROOT_H
#define AGENTRUN_HARDEN_RULES_ROOT_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_root;

#endif
