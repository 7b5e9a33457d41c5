/* SPDX-License-Identifier: Apache-2.0
 *
 * Environment variables that the program needs in a root that it cannot write.
 */
#ifndef AGENTRUN_HARDEN_RULES_ENVIRONMENT_H
#define AGENTRUN_HARDEN_RULES_ENVIRONMENT_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_environment;

#endif
