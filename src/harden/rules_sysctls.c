/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_sysctls.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static const char *place_of(struct arena *arena, const char *key)
{
    return arena_format(arena, "linux.sysctl.%s", key);
}

static const struct policy_sysctl *find(const struct policy *policy, const char *key)
{
    for (size_t i = 0; i < policy->sysctls.n_allowed; i++)
        if (path_matches(policy->sysctls.allowed[i].pattern, NULL, key))
            return &policy->sysctls.allowed[i];
    return NULL;
}

static bool is_clean_name(const char *key)
{
    return key[0] != '\0' && key[strspn(key, NAME_CHARACTERS)] == '\0' && key[0] != '.' &&
           !strstr(key, "..");
}

static int check_syntax(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_linux *linux_spec = &hardening->spec->linux;

    for (size_t i = 0; i < linux_spec->n_sysctls; i++) {
        const struct spec_key_value *sysctl = &linux_spec->sysctls[i];
        const struct policy_sysctl *known = find(hardening->policy, sysctl->key);

        if (!is_clean_name(sysctl->key))
            return rule_refuse(hardening, rule, NULL, "the name '%s'", sysctl->key);
        if (known && sysctl->value[strspn(sysctl->value, known->value_characters)] != '\0')
            return rule_refuse(hardening, rule, place_of(hardening->arena, sysctl->key),
                               "the value '%s'", sysctl->value);
    }
    return 0;
}

static bool is_network(const char *key)
{
    return strncmp(key, "net.", 4) == 0;
}

static int refuse_host(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_linux *linux_spec = &hardening->spec->linux;

    for (size_t i = 0; i < linux_spec->n_sysctls; i++) {
        const char *key = linux_spec->sysctls[i].key;

        if (!is_network(key) && !find(hardening->policy, key))
            return rule_refuse(hardening, rule, place_of(hardening->arena, key), "'%s'", key);
    }
    return 0;
}

static int drop_network(struct hardening *hardening, const struct rule *rule)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;
    struct spec_key_value *kept =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_key_value, linux_spec->n_sysctls);
    size_t n_kept = 0;

    for (size_t i = 0; i < linux_spec->n_sysctls; i++) {
        const struct spec_key_value *sysctl = &linux_spec->sysctls[i];

        if (find(hardening->policy, sysctl->key))
            kept[n_kept++] = *sysctl;
        else
            rule_report(hardening, rule, FINDING_DROPPED, place_of(hardening->arena, sysctl->key),
                        sysctl->value, NULL);
    }
    linux_spec->sysctls = kept;
    linux_spec->n_sysctls = n_kept;
    return 0;
}

static const struct rule rules[] = {
    { "sysctl.syntax", "linux.sysctl",
      "names consist of letters, digits and single dots, values of what the kernel expects",
      RULE_NO_WAY, RULE_CREATE, .apply = check_syntax },
    { "sysctl.host", "linux.sysctl", "this parameter belongs to the whole host",
      "allowed by policy key sysctls", RULE_CREATE, .apply = refuse_host },
    { "sysctl.net", "linux.sysctl", "it means nothing in a network with loopback only",
      "allowed by policy key sysctls", RULE_CREATE, .apply = drop_network },
};

const struct rule_family rules_sysctls = { "sysctls", rules, ARRAY_SIZE(rules) };
