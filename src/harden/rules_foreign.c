/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_foreign.h"

#include "agentrun/base/scope.h"

enum section { INTEL_RDT, PERSONALITY, NET_DEVICES, MEMORY_POLICY };

static bool *section_of(struct hardening *hardening, unsigned section)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;
    bool *const sections[] = {
        [INTEL_RDT] = &linux_spec->has_intel_rdt,
        [PERSONALITY] = &linux_spec->has_personality,
        [NET_DEVICES] = &linux_spec->has_net_devices,
        [MEMORY_POLICY] = &linux_spec->has_memory_policy,
    };

    return sections[section];
}

static int drop_section(struct hardening *hardening, const struct rule *rule)
{
    bool *section = section_of(hardening, rule->argument);

    if (!*section)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, "a section", NULL);
    *section = false;
    return 0;
}

static void note_names(struct hardening *hardening, const struct rule *rule, const char ***names,
                       size_t *n_names)
{
    for (size_t i = 0; i < *n_names; i++)
        rule_report(hardening, rule, FINDING_NOTED, (*names)[i], "a value", NULL);
    *names = NULL;
    *n_names = 0;
}

static int foreign_sections(struct hardening *hardening, const struct rule *rule)
{
    note_names(hardening, rule, &hardening->spec->foreign_sections,
               &hardening->spec->n_foreign_sections);
    return 0;
}

static int unknown_fields(struct hardening *hardening, const struct rule *rule)
{
    note_names(hardening, rule, &hardening->spec->unknown_fields,
               &hardening->spec->n_unknown_fields);
    return 0;
}

#define ALL       (RULE_CREATE | RULE_EXEC | RULE_UPDATE)
#define ANY_PLACE "" /* each finding has its own */

static const struct rule rules[] = {
    { "rdt.dropped", "linux.intelRdt", "caches are shared out by the host", RULE_NO_WAY,
      RULE_CREATE, .apply = drop_section, .argument = INTEL_RDT },
    { "process.personality", "linux.personality",
      "other personalities make addresses easier to guess", RULE_NO_WAY, RULE_CREATE,
      .apply = drop_section, .argument = PERSONALITY },
    { "net.devices", "linux.netDevices", "interfaces of the host stay on the host", RULE_NO_WAY,
      RULE_CREATE, .apply = drop_section, .argument = NET_DEVICES },
    { "memory.policy", "linux.memoryPolicy", "no program chooses the node that its memory is on",
      RULE_NO_WAY, RULE_CREATE, .apply = drop_section, .argument = MEMORY_POLICY },
    { "spec.foreign-platform", ANY_PLACE, "the section is for another platform", RULE_NO_WAY, ALL,
      .apply = foreign_sections },
    { "spec.unknown-field", ANY_PLACE, "the specification has no such member", RULE_NO_WAY, ALL,
      .apply = unknown_fields },
};

const struct rule_family rules_foreign = { "foreign", rules, ARRAY_SIZE(rules) };
