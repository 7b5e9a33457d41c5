/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/order_resources.h"

#include <string.h>

static int64_t limit_of(struct optional_i64 limit)
{
    return limit.is_set && limit.value > 0 ? limit.value : INT64_MAX;
}

static bool limit_is_within(struct optional_i64 enforced, struct optional_i64 asked)
{
    return limit_of(enforced) <= limit_of(asked);
}

bool order_memory_limit(const struct spec *enforced, const struct spec *asked)
{
    return limit_is_within(enforced->linux.resources.memory.limit,
                           asked->linux.resources.memory.limit);
}

bool order_memory_reservation(const struct spec *enforced, const struct spec *asked)
{
    return limit_is_within(enforced->linux.resources.memory.reservation,
                           asked->linux.resources.memory.reservation);
}

/* Memory and swap together: at most what was asked, unless no swap at all is left, since then a
 * total below the memory limit means nothing. */
bool order_memory_swap(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_memory *memory = &enforced->linux.resources.memory;

    return limit_is_within(memory->swap, asked->linux.resources.memory.swap) ||
           memory->swap.value == memory->limit.value;
}

static bool share_is_within(struct optional_u64 enforced, struct optional_u64 asked)
{
    return !asked.is_set || (enforced.is_set && enforced.value <= asked.value);
}

bool order_swappiness(const struct spec *enforced, const struct spec *asked)
{
    return share_is_within(enforced->linux.resources.memory.swappiness,
                           asked->linux.resources.memory.swappiness);
}

bool order_oom_killer(const struct spec *enforced, const struct spec *asked)
{
    return !enforced->linux.resources.memory.disable_oom_killer.value ||
           asked->linux.resources.memory.disable_oom_killer.value;
}

bool order_pids(const struct spec *enforced, const struct spec *asked)
{
    return limit_is_within(enforced->linux.resources.pids_limit, asked->linux.resources.pids_limit);
}

bool order_cpu_shares(const struct spec *enforced, const struct spec *asked)
{
    return share_is_within(enforced->linux.resources.cpu.shares, asked->linux.resources.cpu.shares);
}

bool order_block_io_weight(const struct spec *enforced, const struct spec *asked)
{
    return share_is_within(enforced->linux.resources.block_io.weight,
                           asked->linux.resources.block_io.weight);
}

bool order_cpu_quota(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_cpu *less = &enforced->linux.resources.cpu;
    const struct spec_cpu *more = &asked->linux.resources.cpu;

    if (!more->quota.is_set || more->quota.value <= 0 || more->period.value == 0)
        return true;
    return (__int128)less->quota.value * (__int128)more->period.value <=
           (__int128)more->quota.value * (__int128)less->period.value;
}

bool order_cpu_burst(const struct spec *enforced, const struct spec *asked)
{
    return share_is_within(enforced->linux.resources.cpu.burst, asked->linux.resources.cpu.burst);
}

static bool page_limit_is_within(const struct spec_resources *enforced,
                                 const struct spec_hugepage_limit *asked)
{
    for (size_t i = 0; i < enforced->n_hugepage_limits; i++)
        if (strcmp(enforced->hugepage_limits[i].page_size, asked->page_size) == 0)
            return enforced->hugepage_limits[i].limit <= asked->limit;
    return false;
}

bool order_hugepages(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_resources *resources = &asked->linux.resources;

    for (size_t i = 0; i < resources->n_hugepage_limits; i++)
        if (!page_limit_is_within(&enforced->linux.resources, &resources->hugepage_limits[i]))
            return false;
    return true;
}

bool order_unified(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_resources *less = &enforced->linux.resources;
    const struct spec_resources *more = &asked->linux.resources;

    if (less->n_unified > more->n_unified)
        return false;
    for (size_t i = 0; i < less->n_unified; i++)
        if (strcmp(less->unified[i].key, more->unified[i].key) != 0)
            return false;
    return true;
}

static bool is_standard(const struct spec_device_rule *rule)
{
    return rule->type && strcmp(rule->type, "c") == 0 &&
           (rule->major.value == 1 || rule->major.value == 5 || rule->major.value == 136);
}

bool order_device_rules(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_resources *resources = &enforced->linux.resources;

    (void)asked;
    if (resources->n_devices == 0 || resources->devices[0].allow)
        return false;
    for (size_t i = 1; i < resources->n_devices; i++)
        if (resources->devices[i].allow && !is_standard(&resources->devices[i]))
            return false;
    return true;
}
