/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds when the operator wrote nothing.
 */
#ifndef AGENTRUN_POLICY_BUILTIN_H
#define AGENTRUN_POLICY_BUILTIN_H

#include "agentrun/policy/policy.h"

/* The built-in policy. Constant; nobody frees it. */
const struct policy *policy_builtin(void);

#endif
