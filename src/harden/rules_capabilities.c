/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_capabilities.h"

#include <inttypes.h>

#include "agentrun/base/scope.h"

enum set { BOUNDING, PERMITTED, EFFECTIVE, INHERITABLE, AMBIENT, N_SETS };

static struct spec_capability_set *set_of(struct hardening *hardening, unsigned set)
{
    struct spec_capabilities *capabilities = &hardening->spec->process.capabilities;
    struct spec_capability_set *const sets[N_SETS] = {
        [BOUNDING] = &capabilities->bounding,   [PERMITTED] = &capabilities->permitted,
        [EFFECTIVE] = &capabilities->effective, [INHERITABLE] = &capabilities->inheritable,
        [AMBIENT] = &capabilities->ambient,
    };

    return sets[set];
}

static int empty_set(struct hardening *hardening, const struct rule *rule)
{
    struct spec_capability_set *set = set_of(hardening, rule->argument);

    if (set->bits == 0)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL,
                arena_format(hardening->arena, "%d capabilities (0x%" PRIx64 ")",
                             __builtin_popcountll(set->bits), set->bits),
                "none");
    set->bits = 0;
    return 0;
}

/* A set that is absent would be for the runtime to choose. */
static int absent_sets(struct hardening *hardening, const struct rule *rule)
{
    struct spec_capabilities *capabilities = &hardening->spec->process.capabilities;
    bool is_complete = capabilities->is_set;

    for (unsigned i = 0; i < N_SETS; i++)
        is_complete = is_complete && set_of(hardening, i)->is_set;
    if (is_complete)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, NULL, "empty sets");
    capabilities->is_set = true;
    for (unsigned i = 0; i < N_SETS; i++)
        set_of(hardening, i)->is_set = true;
    return 0;
}

static int unknown_names(struct hardening *hardening, const struct rule *rule)
{
    struct spec_capabilities *capabilities = &hardening->spec->process.capabilities;

    if (capabilities->n_unknown_names == 0)
        return 0;
    rule_report(
        hardening, rule, FINDING_NOTED, NULL,
        rule_join(hardening->arena, capabilities->unknown_names, capabilities->n_unknown_names),
        NULL);
    capabilities->unknown_names = NULL;
    capabilities->n_unknown_names = 0;
    return 0;
}

#define BOTH        (RULE_CREATE | RULE_EXEC)
#define PLACE(name) "process.capabilities." name

static const struct rule rules[] = {
    { "caps.unknown", "process.capabilities", "this name stands for no capability", RULE_NO_WAY,
      BOTH, .apply = unknown_names },
    { "caps.bounding", PLACE("bounding"), "no program may ever regain a capability",
      "allowed by policy key capabilities.bounding", BOTH, .apply = empty_set,
      .argument = BOUNDING },
    { "caps.dropped", PLACE("permitted"), "the program has no capabilities",
      "allowed by policy key capabilities.permitted", BOTH, .apply = empty_set,
      .argument = PERMITTED },
    { "caps.dropped", PLACE("effective"), "the program has no capabilities",
      "allowed by policy key capabilities.effective", BOTH, .apply = empty_set,
      .argument = EFFECTIVE },
    { "caps.inheritable", PLACE("inheritable"), "no capability passes on to another program",
      RULE_NO_WAY, BOTH, .apply = empty_set, .argument = INHERITABLE },
    { "caps.ambient", PLACE("ambient"), "no capability passes on to another program", RULE_NO_WAY,
      BOTH, .apply = empty_set, .argument = AMBIENT },
    { "caps.absent", "process.capabilities", "what is not named is empty, not the runtime's choice",
      RULE_NO_WAY, BOTH, .apply = absent_sets },
};

const struct rule_family rules_capabilities = { "capabilities", rules, ARRAY_SIZE(rules) };
