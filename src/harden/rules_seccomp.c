/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_seccomp.h"

#include <errno.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define NOTIFY            "SCMP_ACT_NOTIFY"
#define MAX_ARCHITECTURES 32

enum flag { FLAG_LOG, FLAG_SPEC_ALLOW, FLAG_TSYNC, FLAG_WAIT_KILLABLE, FLAG_UNKNOWN };

static const char *const flag_names[] = {
    [FLAG_LOG] = "SECCOMP_FILTER_FLAG_LOG",
    [FLAG_SPEC_ALLOW] = "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
    [FLAG_TSYNC] = "SECCOMP_FILTER_FLAG_TSYNC",
    [FLAG_WAIT_KILLABLE] = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
};

static struct spec_seccomp *seccomp_of(struct hardening *hardening)
{
    return &hardening->spec->linux.seccomp;
}

static bool is_flag(unsigned flag, const char *text)
{
    if (flag < FLAG_UNKNOWN)
        return strcmp(text, flag_names[flag]) == 0;
    for (unsigned i = 0; i < FLAG_UNKNOWN; i++)
        if (strcmp(text, flag_names[i]) == 0)
            return false;
    return true;
}

static int drop_flag(struct hardening *hardening, const struct rule *rule)
{
    struct spec_seccomp *seccomp = seccomp_of(hardening);
    const char **kept;
    size_t n_kept = 0;

    if (seccomp->n_flags == 0)
        return 0;
    kept = ARENA_NEW_ARRAY(hardening->arena, const char *, seccomp->n_flags);
    for (size_t i = 0; i < seccomp->n_flags; i++) {
        if (is_flag(rule->argument, seccomp->flags[i]))
            rule_report(hardening, rule, FINDING_DROPPED, NULL, seccomp->flags[i], NULL);
        else
            kept[n_kept++] = seccomp->flags[i];
    }
    seccomp->flags = kept;
    seccomp->n_flags = n_kept;
    return 0;
}

static void drop_text(struct hardening *hardening, const struct rule *rule, const char *place,
                      const char **text)
{
    if (!*text)
        return;
    rule_report(hardening, rule, FINDING_DROPPED, place, *text, NULL);
    *text = NULL;
}

static bool is_notify(const char *action)
{
    return action && strcmp(action, NOTIFY) == 0;
}

static void deny_instead(struct hardening *hardening, const struct rule *rule, const char *place,
                         const char **action, struct optional_u64 *errno_ret)
{
    rule_report(hardening, rule, FINDING_FORCED, place, *action, "SCMP_ACT_ERRNO EPERM");
    *action = "SCMP_ACT_ERRNO";
    *errno_ret = (struct optional_u64){ .is_set = true, .value = EPERM };
}

static void deny_rules(struct hardening *hardening, const struct rule *rule)
{
    struct spec_seccomp *seccomp = seccomp_of(hardening);
    struct spec_seccomp_rule *copy = NULL;

    for (size_t i = 0; i < seccomp->n_rules; i++) {
        if (!is_notify(seccomp->rules[i].action))
            continue;
        if (!copy) {
            copy = ARENA_NEW_ARRAY(hardening->arena, struct spec_seccomp_rule, seccomp->n_rules);
            memcpy(copy, seccomp->rules, seccomp->n_rules * sizeof *copy);
            seccomp->rules = copy;
        }
        deny_instead(hardening, rule,
                     arena_format(hardening->arena, "linux.seccomp.syscalls[%zu]", i),
                     &copy[i].action, &copy[i].errno_ret);
    }
}

/* Whoever answers notifications makes system calls on the host in the name of the container. */
static int drop_listener(struct hardening *hardening, const struct rule *rule)
{
    struct spec_seccomp *seccomp = seccomp_of(hardening);

    drop_text(hardening, rule, "linux.seccomp.listenerPath", &seccomp->listener_path);
    drop_text(hardening, rule, "linux.seccomp.listenerMetadata", &seccomp->listener_metadata);
    if (is_notify(seccomp->default_action))
        deny_instead(hardening, rule, "linux.seccomp.defaultAction", &seccomp->default_action,
                     &seccomp->default_errno_ret);
    deny_rules(hardening, rule);
    return 0;
}

static int limits(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_seccomp *seccomp = seccomp_of(hardening);
    size_t n_names = 0;

    for (size_t i = 0; i < seccomp->n_rules; i++)
        n_names += seccomp->rules[i].n_names;
    if (n_names > hardening->policy->seccomp.max_names)
        return rule_refuse(hardening, rule, "linux.seccomp.syscalls", "%zu names, more than %zu",
                           n_names, hardening->policy->seccomp.max_names);
    if (seccomp->n_architectures > MAX_ARCHITECTURES)
        return rule_refuse(hardening, rule, "linux.seccomp.architectures",
                           "%zu names, more than %d", seccomp->n_architectures, MAX_ARCHITECTURES);
    return 0;
}

#define FLAGS "linux.seccomp.flags"

static const struct rule rules[] = {
    { "seccomp.limits", "linux.seccomp", "compiling a filter costs the host time",
      "allowed by policy key seccomp.max_names", RULE_CREATE, .apply = limits },
    { "seccomp.listener", "linux.seccomp",
      "who answers a notification makes calls on the host for the program", RULE_NO_WAY,
      RULE_CREATE, .apply = drop_listener },
    { "seccomp.log", FLAGS, "the program could fill the host's log", RULE_NO_WAY, RULE_CREATE,
      .apply = drop_flag, .argument = FLAG_LOG },
    { "seccomp.spec-allow", FLAGS, "protection against speculation side channels stays on",
      RULE_NO_WAY, RULE_CREATE, .apply = drop_flag, .argument = FLAG_SPEC_ALLOW },
    { "seccomp.tsync", FLAGS, "there is one thread when filters are installed", RULE_NO_WAY,
      RULE_CREATE, .apply = drop_flag, .argument = FLAG_TSYNC },
    { "seccomp.killable", FLAGS, "it needs a listener", RULE_NO_WAY, RULE_CREATE,
      .apply = drop_flag, .argument = FLAG_WAIT_KILLABLE },
    { "seccomp.unknown-flag", FLAGS, "nobody knows what it would do", RULE_NO_WAY, RULE_CREATE,
      .apply = drop_flag, .argument = FLAG_UNKNOWN },
};

const struct rule_family rules_seccomp = { "seccomp", rules, ARRAY_SIZE(rules) };
