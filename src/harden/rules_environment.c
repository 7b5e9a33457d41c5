/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_environment.h"

#include <string.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"

#define MAX_VARIABLE_BYTES 131072 /* MAX_ARG_STRLEN, execve(2) */

static const char *place_of(struct arena *arena, size_t i)
{
    return arena_format(arena, "process.env[%zu]", i);
}

static int invalid(struct hardening *hardening, const struct rule *rule)
{
    const struct spec_process *process = &hardening->spec->process;

    for (size_t i = 0; i < process->n_env; i++) {
        const char *equals = strchr(process->env[i], '=');

        if (!equals || equals == process->env[i])
            return rule_refuse(hardening, rule, place_of(hardening->arena, i), "'%.60s'",
                               process->env[i]);
        if (strlen(process->env[i]) >= MAX_VARIABLE_BYTES)
            return rule_refuse(hardening, rule, place_of(hardening->arena, i), "%zu bytes",
                               strlen(process->env[i]));
    }
    return 0;
}

/* The value when the entry is the variable `name`, otherwise NULL. */
static const char *value_of(const char *entry, const char *name)
{
    size_t n_bytes = strlen(name);

    if (strncmp(entry, name, n_bytes) != 0 || entry[n_bytes] != '=')
        return NULL;
    return entry + n_bytes + 1;
}

static bool is_writable_mount(const struct spec_mount *mount)
{
    bool is_writable = true;

    for (size_t i = 0; i < mount->n_options; i++) {
        if (strcmp(mount->options[i], "ro") == 0 || strcmp(mount->options[i], "rro") == 0)
            is_writable = false;
        else if (strcmp(mount->options[i], "rw") == 0)
            is_writable = true;
    }
    return is_writable;
}

/* Does the path lie in a mount that can be written? The innermost mount decides. */
static bool can_be_written(const struct hardening *hardening, const char *path)
{
    const struct spec *spec = hardening->snapshot ? hardening->snapshot : hardening->spec;
    const char *clean = path_clean(hardening->arena, path);
    const struct spec_mount *innermost = NULL;

    if (path[0] != '/' || path_is_within(clean, "/proc") || path_is_within(clean, "/sys"))
        return false;
    for (size_t i = 0; i < spec->n_mounts; i++) {
        const struct spec_mount *mount = &spec->mounts[i];

        if (path_is_within(clean, mount->destination) &&
            (!innermost || strlen(mount->destination) >= strlen(innermost->destination)))
            innermost = mount;
    }
    return innermost && is_writable_mount(innermost);
}

/* The list as a copy that may be changed and grow by one. */
static void make_room(struct hardening *hardening)
{
    struct spec_process *process = &hardening->spec->process;
    const char **copy = ARENA_NEW_ARRAY(hardening->arena, const char *, process->n_env + 1);

    for (size_t i = 0; i < process->n_env; i++)
        copy[i] = process->env[i];
    process->env = copy;
}

static void set_variable(struct hardening *hardening, const struct rule *rule,
                         const struct policy_variable *variable)
{
    struct spec_process *process = &hardening->spec->process;
    const char *entry = arena_format(hardening->arena, "%s=%s", variable->name, variable->value);
    bool is_there = false;

    make_room(hardening);
    for (size_t i = 0; i < process->n_env; i++) {
        const char *value = value_of(process->env[i], variable->name);

        if (!value)
            continue;
        is_there = true;
        if (!variable->names_directory || strcmp(value, variable->value) == 0 ||
            can_be_written(hardening, value))
            continue;
        rule_report(hardening, rule, FINDING_FORCED, place_of(hardening->arena, i), process->env[i],
                    entry);
        process->env[i] = entry;
    }
    if (is_there)
        return;
    rule_report(hardening, rule, FINDING_FORCED, place_of(hardening->arena, process->n_env), NULL,
                entry);
    process->env[process->n_env++] = entry;
}

static int variables(struct hardening *hardening, const struct rule *rule)
{
    const struct policy *policy = hardening->policy;

    for (size_t i = 0; i < policy->process.n_variables; i++)
        if (policy->process.variables[i].names_directory == (bool)rule->argument)
            set_variable(hardening, rule, &policy->process.variables[i]);
    return 0;
}

#define BOTH (RULE_CREATE | RULE_EXEC)

static const struct rule rules[] = {
    { "env.invalid", "process.env", "each entry is NAME=VALUE and shorter than 128 KiB",
      RULE_NO_WAY, BOTH, .apply = invalid },
    { "env.default", "process.env", "commands are looked for in the usual places",
      "allowed by policy key env", BOTH, .apply = variables, .argument = false },
    { "env.directories", "process.env", "the root is read-only, programs need a place to write",
      "allowed by policy key env", BOTH, .apply = variables, .argument = true },
};

const struct rule_family rules_environment = { "environment", rules, ARRAY_SIZE(rules) };
