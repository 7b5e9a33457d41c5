/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_resources.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/cpu_quota.h"
#include "agentrun/harden/unified.h"

/* To engines, zero means "not set". In an update what is not set stays as it is; a new container
 * gets the policy's value. */

static struct spec_resources *resources_of(struct hardening *hardening)
{
    return &hardening->spec->linux.resources;
}

static bool is_named(struct optional_i64 value)
{
    return value.is_set && value.value != 0;
}

/* A value that the caller set, or a new container must have. */
static bool needs_value(const struct hardening *hardening, struct optional_i64 value)
{
    return is_named(value) || hardening->scope == RULE_CREATE;
}

static const char *signed_text(struct arena *arena, struct optional_i64 value)
{
    return value.is_set ? rule_number(arena, value.value) : NULL;
}

/* Bring a value, of which zero and less mean "unlimited", down to `maximum`. */
static void clamp_signed(struct hardening *hardening, const struct rule *rule,
                         struct optional_i64 *value, int64_t maximum)
{
    if (value->is_set && value->value > 0 && value->value <= maximum)
        return;
    rule_report(hardening, rule, FINDING_CLAMPED, NULL, signed_text(hardening->arena, *value),
                rule_number(hardening->arena, maximum));
    *value = (struct optional_i64){ .is_set = true, .value = maximum };
    resources_of(hardening)->is_set = true;
}

static void clamp_unsigned(struct hardening *hardening, const struct rule *rule, const char *place,
                           struct optional_u64 *value, uint64_t maximum)
{
    if (!value->is_set || value->value <= maximum)
        return;
    rule_report(hardening, rule, FINDING_CLAMPED, place,
                rule_number(hardening->arena, (int64_t)value->value),
                rule_number(hardening->arena, (int64_t)maximum));
    value->value = maximum;
}

static int memory_limit(struct hardening *hardening, const struct rule *rule)
{
    struct optional_i64 *limit = &resources_of(hardening)->memory.limit;

    if (needs_value(hardening, *limit))
        clamp_signed(hardening, rule, limit,
                     (int64_t)hardening->policy->resources.memory_limit_bytes);
    return 0;
}

/* The limit that holds once this request is carried out. */
static int64_t effective_memory(const struct hardening *hardening)
{
    const struct optional_i64 *limit = &hardening->spec->linux.resources.memory.limit;

    if (is_named(*limit))
        return limit->value;
    return hardening->snapshot ? hardening->snapshot->linux.resources.memory.limit.value : 0;
}

/* The value is memory and swap together: equal to the limit means no swap. */
static int memory_swap(struct hardening *hardening, const struct rule *rule)
{
    struct spec_memory *memory = &resources_of(hardening)->memory;
    int64_t limit = effective_memory(hardening);

    if (hardening->policy->resources.swap_allowed || limit <= 0)
        return 0;
    if (hardening->scope == RULE_UPDATE && !is_named(memory->swap) && !is_named(memory->limit))
        return 0;
    if (memory->swap.is_set && memory->swap.value == limit)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, signed_text(hardening->arena, memory->swap),
                rule_number(hardening->arena, limit));
    memory->swap = (struct optional_i64){ .is_set = true, .value = limit };
    return 0;
}

static int memory_reservation(struct hardening *hardening, const struct rule *rule)
{
    struct optional_i64 *reservation = &resources_of(hardening)->memory.reservation;
    int64_t limit = effective_memory(hardening);

    if (!is_named(*reservation) || limit <= 0)
        return 0;
    if (reservation->value < 0 || reservation->value > limit)
        clamp_signed(hardening, rule, reservation, limit);
    return 0;
}

static void drop_signed(struct hardening *hardening, const struct rule *rule, const char *place,
                        struct optional_i64 *value)
{
    if (!is_named(*value))
        return;
    rule_report(hardening, rule, FINDING_DROPPED, place, signed_text(hardening->arena, *value),
                NULL);
    *value = (struct optional_i64){ 0 };
}

static int memory_kernel(struct hardening *hardening, const struct rule *rule)
{
    struct spec_memory *memory = &resources_of(hardening)->memory;

    drop_signed(hardening, rule, "linux.resources.memory.kernel", &memory->kernel);
    drop_signed(hardening, rule, "linux.resources.memory.kernelTCP", &memory->kernel_tcp);
    return 0;
}

static int memory_swappiness(struct hardening *hardening, const struct rule *rule)
{
    clamp_unsigned(hardening, rule, NULL, &resources_of(hardening)->memory.swappiness,
                   hardening->policy->resources.swappiness_maximum);
    return 0;
}

static int oom_killer(struct hardening *hardening, const struct rule *rule)
{
    struct optional_bool *disable = &resources_of(hardening)->memory.disable_oom_killer;

    if (!disable->is_set || !disable->value)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, "true", NULL);
    *disable = (struct optional_bool){ 0 };
    return 0;
}

static int memory_hierarchy(struct hardening *hardening, const struct rule *rule)
{
    struct optional_bool *hierarchy = &resources_of(hardening)->memory.use_hierarchy;

    if (!hierarchy->is_set || hierarchy->value)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, "false", NULL);
    *hierarchy = (struct optional_bool){ 0 };
    return 0;
}

static int memory_check(struct hardening *hardening, const struct rule *rule)
{
    struct optional_bool *check = &resources_of(hardening)->memory.check_before_update;

    if (!check->is_set || check->value)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, "false", "true");
    check->value = true;
    return 0;
}

static int pids_limit(struct hardening *hardening, const struct rule *rule)
{
    struct optional_i64 *limit = &resources_of(hardening)->pids_limit;

    if (needs_value(hardening, *limit))
        clamp_signed(hardening, rule, limit, hardening->policy->resources.pids_limit);
    return 0;
}

static int cpu_quota_rule(struct hardening *hardening, const struct rule *rule)
{
    struct spec_cpu *cpu = &resources_of(hardening)->cpu;
    const struct spec_cpu none = { 0 };
    const struct spec_cpu *present =
        hardening->snapshot ? &hardening->snapshot->linux.resources.cpu : &none;
    struct cpu_quota asked = { .quota_us = cpu->quota.value,
                               .period_us = (int64_t)cpu->period.value };
    struct cpu_quota clamped;

    if (hardening->scope == RULE_UPDATE) {
        if (asked.quota_us == 0 && asked.period_us == 0)
            return 0;
        if (asked.quota_us == 0)
            asked.quota_us = present->quota.value;
        if (asked.period_us == 0)
            asked.period_us = (int64_t)present->period.value;
    }
    clamped = cpu_quota_clamp(hardening->policy, hardening->facts->n_host_cpus, asked);
    if (clamped.quota_us == cpu->quota.value && (uint64_t)clamped.period_us == cpu->period.value)
        return 0;
    rule_report(hardening, rule, FINDING_CLAMPED, NULL,
                arena_format(hardening->arena, "quota %" PRId64 ", period %" PRIu64,
                             cpu->quota.value, cpu->period.value),
                arena_format(hardening->arena, "quota %" PRId64 ", period %" PRId64,
                             clamped.quota_us, clamped.period_us));
    cpu->quota = (struct optional_i64){ .is_set = true, .value = clamped.quota_us };
    cpu->period = (struct optional_u64){ .is_set = true, .value = (uint64_t)clamped.period_us };
    return 0;
}

static int cpu_shares(struct hardening *hardening, const struct rule *rule)
{
    clamp_unsigned(hardening, rule, NULL, &resources_of(hardening)->cpu.shares,
                   hardening->policy->resources.cpu_shares);
    return 0;
}

static int cpu_burst(struct hardening *hardening, const struct rule *rule)
{
    clamp_unsigned(hardening, rule, NULL, &resources_of(hardening)->cpu.burst, 0);
    return 0;
}

static int cpu_realtime(struct hardening *hardening, const struct rule *rule)
{
    struct spec_cpu *cpu = &resources_of(hardening)->cpu;

    drop_signed(hardening, rule, "linux.resources.cpu.realtimeRuntime", &cpu->realtime_runtime);
    if (cpu->realtime_period.is_set && cpu->realtime_period.value != 0) {
        rule_report(hardening, rule, FINDING_DROPPED, "linux.resources.cpu.realtimePeriod",
                    rule_number(hardening->arena, (int64_t)cpu->realtime_period.value), NULL);
        cpu->realtime_period = (struct optional_u64){ 0 };
    }
    return 0;
}

static int check_list(struct hardening *hardening, const struct rule *rule, const char *place,
                      const char *list)
{
    if (!list || list[strspn(list, "0123456789,-")] == '\0')
        return 0;
    return rule_refuse(hardening, rule, place, "'%s'", list);
}

static int cpu_set(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_cpu *cpu = &resources_of(hardening)->cpu;
    int r = check_list(hardening, rule, "linux.resources.cpu.cpus", cpu->cpus);

    return r < 0 ? r : check_list(hardening, rule, "linux.resources.cpu.mems", cpu->mems);
}

#define BOTH        (RULE_CREATE | RULE_UPDATE)
#define PLACE(name) "linux.resources." name

static const struct rule rules[] = {
    { "memory.limit", PLACE("memory.limit"), "memory is bounded",
      "allowed by policy key resources.memory", BOTH, .apply = memory_limit },
    { "memory.swap", PLACE("memory.swap"), "containers do not use the swap space of the host",
      "allowed by policy key resources.swap", BOTH, .apply = memory_swap },
    { "memory.reservation", PLACE("memory.reservation"),
      "no more memory is kept for the container than it may use",
      "allowed by policy key resources.memory", BOTH, .apply = memory_reservation },
    { "memory.kernel", PLACE("memory.kernel"), "the memory limit counts the kernel's share already",
      RULE_NO_WAY, BOTH, .apply = memory_kernel },
    { "memory.swappiness", PLACE("memory.swappiness"),
      "the container's memory is not swapped out more eagerly than the host's",
      "allowed by policy key resources.swappiness", BOTH, .apply = memory_swappiness },
    { "memory.oom-disable", PLACE("memory.disableOOMKiller"),
      "programs that wait for memory for ever would hold locks of the kernel", RULE_NO_WAY, BOTH,
      .apply = oom_killer },
    { "memory.hierarchy", PLACE("memory.useHierarchy"), "groups below are always counted",
      RULE_NO_WAY, BOTH, .apply = memory_hierarchy },
    { "memory.check-update", PLACE("memory.checkBeforeUpdate"),
      "an update does not kill a container that uses more already", RULE_NO_WAY, BOTH,
      .apply = memory_check },
    { "pids.limit", PLACE("pids.limit"), "the number of processes is bounded",
      "allowed by policy key resources.pids", BOTH, .apply = pids_limit },
    { "cpu.quota", PLACE("cpu.quota"), "processor time is bounded",
      "allowed by policy key resources.cpu", BOTH, .apply = cpu_quota_rule },
    { "cpu.shares", PLACE("cpu.shares"), "no container is favoured over others",
      "allowed by policy key resources.cpu_shares", BOTH, .apply = cpu_shares },
    { "cpu.burst", PLACE("cpu.burst"), "the quota is not exceeded for a while either", RULE_NO_WAY,
      BOTH, .apply = cpu_burst },
    { "cpu.realtime", PLACE("cpu.realtimeRuntime"), "no program has real-time priority",
      RULE_NO_WAY, BOTH, .apply = cpu_realtime },
    { "cpu.cpuset", PLACE("cpu.cpus"), "a list consists of numbers, commas and hyphens",
      RULE_NO_WAY, BOTH, .apply = cpu_set },
    { "cgroup.unified", PLACE("unified"),
      "files of the control group are written by name only where a rule bounds the value",
      "allowed by policy key resources", BOTH, .apply = unified_harden },
};

const struct rule_family rules_resources = { "resources", rules, ARRAY_SIZE(rules) };
