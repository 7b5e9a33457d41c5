/* SPDX-License-Identifier: Apache-2.0
 *
 * Processor time as quota and period.
 */
#ifndef AGENTRUN_HARDEN_CPU_QUOTA_H
#define AGENTRUN_HARDEN_CPU_QUOTA_H

#include <stdint.h>

#include "agentrun/policy/policy.h"

struct cpu_quota {
    int64_t quota_us;  /* of processor time in each period; 0 and less: unlimited */
    int64_t period_us; /* 0 and less: not named */
};

/* `asked`, brought down to what the policy grants, and to what the host has (n_host_cpus 0:
 * unknown). Applying it twice changes nothing more. */
struct cpu_quota cpu_quota_clamp(const struct policy *policy, unsigned n_host_cpus,
                                 struct cpu_quota asked);

#endif
