/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/cpu_quota.h"

static int64_t within(int64_t value, int64_t minimum, int64_t maximum)
{
    if (value < minimum)
        return minimum;
    return value > maximum ? maximum : value;
}

struct cpu_quota cpu_quota_clamp(const struct policy *policy, unsigned n_host_cpus,
                                 struct cpu_quota asked)
{
    int64_t maximum_quota = (int64_t)policy->resources.cpu_quota_us;
    int64_t maximum_period = (int64_t)policy->resources.cpu_period_us;
    struct cpu_quota clamped = asked;
    int64_t ceiling;

    if (n_host_cpus > 0 && n_host_cpus < INT32_MAX &&
        maximum_quota > (int64_t)n_host_cpus * maximum_period)
        maximum_quota = (int64_t)n_host_cpus * maximum_period;
    if (clamped.period_us <= 0)
        clamped.period_us = maximum_period;
    clamped.period_us = within(clamped.period_us, (int64_t)policy->resources.cpu_period_minimum_us,
                               (int64_t)policy->resources.cpu_period_maximum_us);
    /* The quota goes with the period, so that the share stays. */
    if (asked.period_us > 0 && clamped.quota_us > 0)
        clamped.quota_us =
            (int64_t)((__int128)clamped.quota_us * clamped.period_us / asked.period_us);
    ceiling = (int64_t)((__int128)clamped.period_us * maximum_quota / maximum_period);
    if (asked.quota_us <= 0 || clamped.quota_us > ceiling)
        clamped.quota_us = ceiling;
    return clamped;
}
