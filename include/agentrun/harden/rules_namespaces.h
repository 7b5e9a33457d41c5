/* SPDX-License-Identifier: Apache-2.0
 *
 * Namespaces, the ids that a user namespace maps, and the host name.
 */
#ifndef AGENTRUN_HARDEN_RULES_NAMESPACES_H
#define AGENTRUN_HARDEN_RULES_NAMESPACES_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_namespaces;

#endif
