/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/order_process.h"

#include <stddef.h>

static bool id_is_within(uint32_t enforced, uint32_t asked)
{
    return enforced == asked || enforced != 0;
}

bool order_uid(const struct spec *enforced, const struct spec *asked)
{
    return id_is_within(enforced->process.user.uid, asked->process.user.uid);
}

bool order_gid(const struct spec *enforced, const struct spec *asked)
{
    return id_is_within(enforced->process.user.gid, asked->process.user.gid);
}

bool order_umask(const struct spec *enforced, const struct spec *asked)
{
    uint64_t wanted = asked->process.user.umask.value & 0777;

    return (enforced->process.user.umask.value & wanted) == wanted;
}

static bool has_group(const struct spec_user *user, uint32_t gid)
{
    for (size_t i = 0; i < user->n_additional_gids; i++)
        if (user->additional_gids[i] == gid)
            return true;
    return false;
}

bool order_groups(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_user *user = &enforced->process.user;

    for (size_t i = 0; i < user->n_additional_gids; i++)
        if (!has_group(&asked->process.user, user->additional_gids[i]))
            return false;
    return true;
}

static bool set_is_within(struct spec_capability_set enforced, struct spec_capability_set asked)
{
    return !asked.is_set || (enforced.is_set && (enforced.bits & ~asked.bits) == 0);
}

bool order_bounding(const struct spec *enforced, const struct spec *asked)
{
    return set_is_within(enforced->process.capabilities.bounding,
                         asked->process.capabilities.bounding);
}

bool order_effective(const struct spec *enforced, const struct spec *asked)
{
    return set_is_within(enforced->process.capabilities.effective,
                         asked->process.capabilities.effective);
}

bool order_permitted(const struct spec *enforced, const struct spec *asked)
{
    return set_is_within(enforced->process.capabilities.permitted,
                         asked->process.capabilities.permitted);
}

bool order_inheritable(const struct spec *enforced, const struct spec *asked)
{
    return set_is_within(enforced->process.capabilities.inheritable,
                         asked->process.capabilities.inheritable);
}

bool order_ambient(const struct spec *enforced, const struct spec *asked)
{
    return set_is_within(enforced->process.capabilities.ambient,
                         asked->process.capabilities.ambient);
}

static bool limit_is_within(const struct spec_process *enforced, const struct spec_rlimit *asked)
{
    for (size_t i = 0; i < enforced->n_rlimits; i++)
        if (enforced->rlimits[i].resource == asked->resource)
            return enforced->rlimits[i].soft <= asked->soft &&
                   enforced->rlimits[i].hard <= asked->hard;
    return false;
}

bool order_rlimits(const struct spec *enforced, const struct spec *asked)
{
    for (size_t i = 0; i < asked->process.n_rlimits; i++)
        if (!limit_is_within(&enforced->process, &asked->process.rlimits[i]))
            return false;
    return true;
}

bool order_no_new_privileges(const struct spec *enforced, const struct spec *asked)
{
    return enforced->process.no_new_privileges.value || !asked->process.no_new_privileges.value;
}

bool order_oom_score(const struct spec *enforced, const struct spec *asked)
{
    const struct optional_i64 *score = &asked->process.oom_score_adj;

    return !score->is_set || enforced->process.oom_score_adj.value >= score->value ||
           enforced->process.oom_score_adj.value == 1000;
}

bool order_scheduler(const struct spec *enforced, const struct spec *asked)
{
    return !enforced->process.scheduler.is_set ||
           enforced->process.scheduler.policy == asked->process.scheduler.policy;
}

bool order_io_priority(const struct spec *enforced, const struct spec *asked)
{
    return !enforced->process.io_priority.is_set ||
           enforced->process.io_priority.class == asked->process.io_priority.class;
}

bool order_exec_affinity(const struct spec *enforced, const struct spec *asked)
{
    return (!enforced->process.exec_cpu_affinity_initial ||
            enforced->process.exec_cpu_affinity_initial ==
                asked->process.exec_cpu_affinity_initial) &&
           (!enforced->process.exec_cpu_affinity_final ||
            enforced->process.exec_cpu_affinity_final == asked->process.exec_cpu_affinity_final);
}
