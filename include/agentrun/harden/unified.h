/* SPDX-License-Identifier: Apache-2.0
 *
 * resources.unified: files of a version 2 control group, written by name.
 */
#ifndef AGENTRUN_HARDEN_UNIFIED_H
#define AGENTRUN_HARDEN_UNIFIED_H

#include "agentrun/harden/rule.h"

/* Rule function: names that no row knows are refused, values of the others are bounded by what the
 * rest of the resources came to. Runs after the rules for memory, pids and cpu. */
int unified_harden(struct hardening *hardening, const struct rule *rule);

#endif
