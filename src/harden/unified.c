/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/unified.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/harden/cpu_quota.h"

#define UNIFIED        "linux.resources.unified"
#define WEIGHT_MAXIMUM 100 /* what cpu.shares 1024 and an ordinary group have */

struct unified_row {
    const char *key;
    /* The value to write in place of `value`, or NULL if it is no value for that file. */
    const char *(*bound)(struct hardening *hardening, const char *value);
};

/* The value in force for a limit: this request's, otherwise the container's. */
static uint64_t limit_in_force(const struct hardening *hardening, const struct optional_i64 *asked,
                               const struct optional_i64 *present, uint64_t fallback)
{
    if (asked->is_set && asked->value > 0)
        return (uint64_t)asked->value;
    if (hardening->snapshot && present->value > 0)
        return (uint64_t)present->value;
    return fallback;
}

/* "max" or a number, at most `maximum`. */
static const char *at_most(struct hardening *hardening, const char *value, uint64_t maximum)
{
    struct error ignored;
    uint64_t number;

    if (strcmp(value, "max") != 0) {
        if (number_parse_unsigned(value, 0, INT64_MAX, &number, &ignored) < 0)
            return NULL;
        if (number <= maximum)
            return value;
    }
    return arena_format(hardening->arena, "%" PRIu64, maximum);
}

static const char *memory_max(struct hardening *hardening, const char *value)
{
    const struct spec_resources *present =
        hardening->snapshot ? &hardening->snapshot->linux.resources : NULL;

    return at_most(hardening, value,
                   limit_in_force(hardening, &hardening->spec->linux.resources.memory.limit,
                                  present ? &present->memory.limit : NULL,
                                  hardening->policy->resources.memory_limit_bytes));
}

static const char *swap_max(struct hardening *hardening, const char *value)
{
    return at_most(hardening, value, hardening->policy->resources.swap_allowed ? INT64_MAX : 0);
}

static const char *pids_max(struct hardening *hardening, const char *value)
{
    const struct spec_resources *present =
        hardening->snapshot ? &hardening->snapshot->linux.resources : NULL;

    return at_most(hardening, value,
                   limit_in_force(hardening, &hardening->spec->linux.resources.pids_limit,
                                  present ? &present->pids_limit : NULL,
                                  (uint64_t)hardening->policy->resources.pids_limit));
}

static const char *weight(struct hardening *hardening, const char *value)
{
    return at_most(hardening, value, WEIGHT_MAXIMUM);
}

static const char *zero(struct hardening *hardening, const char *value)
{
    return at_most(hardening, value, 0);
}

static const char *flag(struct hardening *hardening, const char *value)
{
    (void)hardening;
    return strcmp(value, "0") == 0 || strcmp(value, "1") == 0 ? value : NULL;
}

static const char *number_list(struct hardening *hardening, const char *value)
{
    (void)hardening;
    return value[strspn(value, "0123456789,-")] == '\0' ? value : NULL;
}

/* "QUOTA PERIOD" or "QUOTA", where the quota may be "max". */
static const char *cpu_max(struct hardening *hardening, const char *value)
{
    const char *blank = strchr(value, ' ');
    const char *quota_text =
        blank ? arena_strndup(hardening->arena, value, (size_t)(blank - value)) : value;
    struct error ignored;
    struct cpu_quota asked = { 0 }, clamped;
    uint64_t number;

    if (strcmp(quota_text, "max") != 0) {
        if (number_parse_unsigned(quota_text, 1, INT64_MAX, &number, &ignored) < 0)
            return NULL;
        asked.quota_us = (int64_t)number;
    }
    if (blank) {
        if (number_parse_unsigned(blank + 1, 1, INT64_MAX, &number, &ignored) < 0)
            return NULL;
        asked.period_us = (int64_t)number;
    }
    clamped = cpu_quota_clamp(hardening->policy, hardening->facts->n_host_cpus, asked);
    if (clamped.quota_us == asked.quota_us && clamped.period_us == asked.period_us)
        return value;
    return arena_format(hardening->arena, "%" PRId64 " %" PRId64, clamped.quota_us,
                        clamped.period_us);
}

static const struct unified_row table[] = {
    { "cpu.idle", flag },
    { "cpu.max", cpu_max },
    { "cpu.max.burst", zero },
    { "cpu.weight", weight },
    { "cpuset.cpus", number_list },
    { "cpuset.mems", number_list },
    { "io.weight", weight },
    { "memory.high", memory_max },
    { "memory.low", memory_max },
    { "memory.max", memory_max },
    { "memory.min", zero },
    { "memory.oom.group", flag },
    { "memory.swap.max", swap_max },
    { "pids.max", pids_max },
};

static const struct unified_row *find(const char *key)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strcmp(table[i].key, key) == 0)
            return &table[i];
    return NULL;
}

static int harden_one(struct hardening *hardening, const struct rule *rule,
                      struct spec_key_value *entry)
{
    const char *place = arena_format(hardening->arena, UNIFIED ".%s", entry->key);
    const struct unified_row *row = find(entry->key);
    const char *bound;

    if (!row)
        return rule_refuse(hardening, rule, place, "no rule bounds this file");
    bound = row->bound(hardening, entry->value);
    if (!bound)
        return rule_refuse(hardening, rule, place, "'%s' is no value for it", entry->value);
    if (strcmp(bound, entry->value) == 0)
        return 0;
    rule_report(hardening, rule, FINDING_CLAMPED, place, entry->value, bound);
    entry->value = bound;
    return 0;
}

int unified_harden(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;
    struct spec_key_value *copy =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_key_value, resources->n_unified);

    for (size_t i = 0; i < resources->n_unified; i++) {
        int r;

        copy[i] = resources->unified[i];
        r = harden_one(hardening, rule, &copy[i]);
        if (r < 0)
            return r;
    }
    resources->unified = copy;
    return 0;
}
