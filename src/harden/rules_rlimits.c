/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_rlimits.h"

#include <inttypes.h>
#include <sys/resource.h>

#include "agentrun/base/scope.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static const char *number_text(struct arena *arena, uint64_t number)
{
    return number == UINT64_MAX ? "unlimited" : arena_format(arena, "%" PRIu64, number);
}

static const char *limit_text(struct arena *arena, const struct spec_rlimit *limit)
{
    return arena_format(arena, "%s %s:%s", limit->name, number_text(arena, limit->soft),
                        number_text(arena, limit->hard));
}

static const char *place_of(struct arena *arena, size_t i)
{
    return arena_format(arena, "process.rlimits[%zu]", i);
}

static struct spec_rlimit *find(struct spec_rlimit *rlimits, size_t n_rlimits, int resource)
{
    for (size_t i = 0; i < n_rlimits; i++)
        if (rlimits[i].resource == resource)
            return &rlimits[i];
    return NULL;
}

static int invalid(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_process *process = &hardening->spec->process;

    for (size_t i = 0; i < process->n_rlimits; i++) {
        const struct spec_rlimit *limit = &process->rlimits[i];

        if (limit->soft > limit->hard)
            return rule_refuse(hardening, rule, place_of(hardening->arena, i),
                               "%s: the soft limit is above the hard one", limit->name);
        if (find(process->rlimits, i, limit->resource))
            return rule_refuse(hardening, rule, place_of(hardening->arena, i), "%s is named twice",
                               limit->name);
    }
    return 0;
}

/* The limit of the container itself, for exec. */
static const struct spec_rlimit *own_limit(const struct hardening *hardening, int resource)
{
    if (!hardening->snapshot)
        return NULL;
    return find(hardening->snapshot->process.rlimits, hardening->snapshot->process.n_rlimits,
                resource);
}

/* The bounds for one resource: the policy's, and for exec the container's own as well. */
static struct policy_rlimit bounds(const struct hardening *hardening,
                                   const struct policy_rlimit *policy)
{
    const struct spec_rlimit *own = own_limit(hardening, policy->resource);
    struct policy_rlimit bound = *policy;

    if (own) {
        bound.default_soft = own->soft;
        bound.maximum_soft = smaller(bound.maximum_soft, own->soft);
        bound.maximum_hard = smaller(bound.maximum_hard, own->hard);
    }
    bound.maximum_soft = smaller(bound.maximum_soft, bound.maximum_hard);
    bound.default_soft = smaller(bound.default_soft, bound.maximum_soft);
    return bound;
}

/* The list as a copy that may be changed and grow by n_more. */
static void make_room(struct hardening *hardening, size_t n_more)
{
    struct spec_process *process = &hardening->spec->process;
    struct spec_rlimit *copy =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_rlimit, process->n_rlimits + n_more);

    for (size_t i = 0; i < process->n_rlimits; i++)
        copy[i] = process->rlimits[i];
    process->rlimits = copy;
}

static void clamp_one(struct hardening *hardening, const struct rule *rule,
                      const struct policy_rlimit *policy)
{
    struct spec_process *process = &hardening->spec->process;
    struct policy_rlimit bound = bounds(hardening, policy);
    struct spec_rlimit *limit = find(process->rlimits, process->n_rlimits, bound.resource);
    struct spec_rlimit clamped = { bound.name, bound.resource, bound.default_soft,
                                   bound.maximum_hard };
    const char *asked = NULL;

    if (limit) {
        clamped.hard = smaller(limit->hard, bound.maximum_hard);
        clamped.soft = smaller(limit->soft, smaller(bound.maximum_soft, clamped.hard));
        if (clamped.hard == limit->hard && clamped.soft == limit->soft)
            return;
        asked = limit_text(hardening->arena, limit);
    } else {
        limit = &process->rlimits[process->n_rlimits++];
    }
    *limit = clamped;
    rule_report(hardening, rule, FINDING_CLAMPED,
                place_of(hardening->arena, (size_t)(limit - process->rlimits)), asked,
                limit_text(hardening->arena, limit));
}

/* A limit that the policy leaves alone, but that the container was made with. */
static int container_limits(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_process *container = &hardening->snapshot->process;

    make_room(hardening, container->n_rlimits);
    for (size_t i = 0; i < container->n_rlimits; i++) {
        const struct spec_rlimit *own = &container->rlimits[i];
        const struct policy_rlimit bound = { own->name, own->resource, own->soft, own->soft,
                                             own->hard };

        clamp_one(hardening, rule, &bound);
    }
    return 0;
}

/* Core dumps have a rule of their own, since they leave the container. */
static int clamp(struct hardening *hardening, const struct rule *rule)
{
    const struct policy *policy = hardening->policy;

    make_room(hardening, policy->process.n_rlimits);
    for (size_t i = 0; i < policy->process.n_rlimits; i++)
        if ((policy->process.rlimits[i].resource == RLIMIT_CORE) == (rule->argument == RLIMIT_CORE))
            clamp_one(hardening, rule, &policy->process.rlimits[i]);
    return 0;
}

#define BOTH       (RULE_CREATE | RULE_EXEC)
#define ALL_OTHERS UINT32_MAX

static const struct rule rules[] = {
    { "rlimit.invalid", "process.rlimits", "each limit is named once, and soft is at most hard",
      RULE_NO_WAY, BOTH, .apply = invalid },
    { "rlimit.core", "process.rlimits",
      "a core dump is handed to a program of the host's, which runs as root",
      "allowed by policy key rlimits", BOTH, .apply = clamp, .argument = RLIMIT_CORE },
    { "rlimit.container", "process.rlimits",
      "another process of a container gets no more than the container", RULE_NO_WAY, RULE_EXEC,
      .apply = container_limits },
    { "rlimit.clamped", "process.rlimits", "what the kernel keeps for a process is bounded",
      "allowed by policy key rlimits", BOTH, .apply = clamp, .argument = ALL_OTHERS },
};

const struct rule_family rules_rlimits = { "rlimits", rules, ARRAY_SIZE(rules) };
