/* SPDX-License-Identifier: Apache-2.0
 *
 * Sources of bind mounts, judged by what the opened object is.
 */
#ifndef AGENTRUN_HARDEN_RULES_BINDS_H
#define AGENTRUN_HARDEN_RULES_BINDS_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_binds;

#endif
