/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_hooks.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"

#define MAX_ID_BYTES 64
#define HEXADECIMAL  "0123456789abcdef"

/* In the order of facts.hooks. */
enum kind { PRESTART, CREATE_RUNTIME, CREATE_CONTAINER, START_CONTAINER, POSTSTART, POSTSTOP };

static const struct {
    const char *place;
    size_t offset; /* of the list, in struct spec_hooks */
} kinds[] = {
    [PRESTART] = { "hooks.prestart", offsetof(struct spec_hooks, prestart) },
    [CREATE_RUNTIME] = { "hooks.createRuntime", offsetof(struct spec_hooks, create_runtime) },
    [CREATE_CONTAINER] = { "hooks.createContainer", offsetof(struct spec_hooks, create_container) },
    [START_CONTAINER] = { "hooks.startContainer", offsetof(struct spec_hooks, start_container) },
    [POSTSTART] = { "hooks.poststart", offsetof(struct spec_hooks, poststart) },
    [POSTSTOP] = { "hooks.poststop", offsetof(struct spec_hooks, poststop) },
};

static struct spec_hook_list *list_of(struct spec *spec, unsigned kind)
{
    return (struct spec_hook_list *)(void *)((char *)&spec->hooks + kinds[kind].offset);
}

static const char *place_of(struct arena *arena, unsigned kind, size_t i, const char *member)
{
    return arena_format(arena, "%s[%zu]%s", kinds[kind].place, i, member);
}

/* A program of the operator's: a file that nobody but root can have put there. */
static bool is_trusted_file(const struct fact_file *file)
{
    return file->errnum == 0 && file->resolved_path && S_ISREG(file->mode) && file->uid == 0 &&
           (file->mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* What the engine's network hook is called with, and nothing that another program could take for
 * more: the engine's run directory, and ids. */
static bool is_plain_argument(const char *argument)
{
    size_t n_bytes = strlen(argument);

    if (strncmp(argument, "-exec-root=/", 12) == 0)
        return true;
    return n_bytes > 0 && n_bytes <= MAX_ID_BYTES && strspn(argument, HEXADECIMAL) == n_bytes;
}

static bool is_allowed(const struct hardening *hardening, const struct spec_hook *hook,
                       const struct fact_file *file)
{
    const struct policy *policy = hardening->policy;

    if (!is_trusted_file(file) || hook->n_args == 0)
        return false;
    for (size_t i = 1; i < hook->n_args; i++)
        if (!is_plain_argument(hook->args[i]))
            return false;
    for (size_t i = 0; i < policy->hooks.n_allowed; i++)
        if (path_matches(policy->hooks.allowed[i].program, NULL, file->resolved_path) &&
            strcmp(policy->hooks.allowed[i].first_argument, hook->args[0]) == 0)
            return true;
    return false;
}

/* Hooks of this kind are kept when the policy lists them. */
static bool keeps_some(unsigned kind)
{
    return kind == PRESTART || kind == CREATE_RUNTIME;
}

static int drop_hooks(struct hardening *hardening, const struct rule *rule)
{
    unsigned kind = rule->argument;
    struct spec_hook_list *list = list_of(hardening->spec, kind);
    struct spec_hook *kept = ARENA_NEW_ARRAY(hardening->arena, struct spec_hook, list->n_hooks);
    size_t n_kept = 0;

    for (size_t i = 0; i < list->n_hooks; i++) {
        const struct fact_file *files = hardening->facts->hooks[kind];

        if (keeps_some(kind) && files && is_allowed(hardening, &list->hooks[i], &files[i]))
            kept[n_kept++] = list->hooks[i];
        else
            rule_report(hardening, rule, FINDING_DROPPED, place_of(hardening->arena, kind, i, ""),
                        list->hooks[i].path, NULL);
    }
    list->hooks = kept;
    list->n_hooks = n_kept;
    return 0;
}

static int hook_environment(struct hardening *hardening, const struct rule *rule)
{
    for (unsigned kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        struct spec_hook_list *list = list_of(hardening->spec, kind);

        for (size_t i = 0; i < list->n_hooks; i++) {
            struct spec_hook *hook = &list->hooks[i];

            if (hook->n_env == 0)
                continue;
            rule_report(hardening, rule, FINDING_DROPPED,
                        place_of(hardening->arena, kind, i, ".env"),
                        arena_format(hardening->arena, "%zu variables", hook->n_env), NULL);
            hook->env = NULL;
            hook->n_env = 0;
        }
    }
    return 0;
}

static int hook_timeout(struct hardening *hardening, const struct rule *rule)
{
    int64_t maximum = hardening->policy->hooks.timeout_maximum_s;

    for (unsigned kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
        struct spec_hook_list *list = list_of(hardening->spec, kind);

        for (size_t i = 0; i < list->n_hooks; i++) {
            struct optional_i64 *timeout = &list->hooks[i].timeout_s;

            if (timeout->is_set && timeout->value > 0 && timeout->value <= maximum)
                continue;
            rule_report(hardening, rule, FINDING_CLAMPED,
                        place_of(hardening->arena, kind, i, ".timeout"),
                        timeout->is_set ? rule_number(hardening->arena, timeout->value) : NULL,
                        rule_number(hardening->arena, maximum));
            *timeout = (struct optional_i64){ .is_set = true, .value = maximum };
        }
    }
    return 0;
}

#define HOST_REASON "a hook runs as root on the host"
#define POST_REASON "a hook runs as root on the host, after everything was checked"

static const struct rule rules[] = {
    { "hooks.host", "hooks.prestart", HOST_REASON, "allowed by policy key hooks", RULE_CREATE,
      .apply = drop_hooks, .argument = PRESTART },
    { "hooks.host", "hooks.createRuntime", HOST_REASON, "allowed by policy key hooks", RULE_CREATE,
      .apply = drop_hooks, .argument = CREATE_RUNTIME },
    { "hooks.create-container", "hooks.createContainer",
      "a hook runs as root among files of the image", "allowed by policy key hooks", RULE_CREATE,
      .apply = drop_hooks, .argument = CREATE_CONTAINER },
    { "hooks.start-container", "hooks.startContainer",
      "a program of the image would run before the container is closed",
      "allowed by policy key hooks", RULE_CREATE, .apply = drop_hooks,
      .argument = START_CONTAINER },
    { "hooks.post", "hooks.poststart", POST_REASON, "allowed by policy key hooks", RULE_CREATE,
      .apply = drop_hooks, .argument = POSTSTART },
    { "hooks.post", "hooks.poststop", POST_REASON, "allowed by policy key hooks", RULE_CREATE,
      .apply = drop_hooks, .argument = POSTSTOP },
    { "hooks.env", "hooks", "the environment could make a program of the operator's load others",
      RULE_NO_WAY, RULE_CREATE, .apply = hook_environment },
    { "hooks.timeout", "hooks", "a hook that never ends would keep the container from starting",
      "allowed by policy key hooks.timeout", RULE_CREATE, .apply = hook_timeout },
};

const struct rule_family rules_hooks = { "hooks", rules, ARRAY_SIZE(rules) };
