/* SPDX-License-Identifier: Apache-2.0
 *
 * The caller's system call filter. Ours is added later, whatever stands here.
 */
#ifndef AGENTRUN_HARDEN_RULES_SECCOMP_H
#define AGENTRUN_HARDEN_RULES_SECCOMP_H

#include "agentrun/harden/rule.h"

extern const struct rule_family rules_seccomp;

#endif
