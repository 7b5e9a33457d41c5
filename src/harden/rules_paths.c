/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_paths.h"

#include <string.h>

#include "agentrun/base/scope.h"

enum list { MASKED, READONLY };

struct path_list {
    const char *place;
    const char ***paths; /* of the spec */
    size_t *n_paths;
    const char *const *required;
    size_t n_required;
};

static struct path_list list_of(struct hardening *hardening, unsigned list)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;
    const struct policy *policy = hardening->policy;

    if (list == MASKED)
        return (struct path_list){ "linux.maskedPaths", &linux_spec->masked_paths,
                                   &linux_spec->n_masked_paths, policy->paths.masked,
                                   policy->paths.n_masked };
    return (struct path_list){ "linux.readonlyPaths", &linux_spec->readonly_paths,
                               &linux_spec->n_readonly_paths, policy->paths.readonly,
                               policy->paths.n_readonly };
}

static bool contains(const char *const *paths, size_t n_paths, const char *path)
{
    for (size_t i = 0; i < n_paths; i++)
        if (strcmp(paths[i], path) == 0)
            return true;
    return false;
}

static bool is_valid(const char *path)
{
    return path[0] == '/' && path[strspn(path, "/")] != '\0';
}

static int drop_invalid(struct hardening *hardening, const struct rule *rule)
{
    struct path_list list = list_of(hardening, rule->argument);
    const char **kept = ARENA_NEW_ARRAY(hardening->arena, const char *, *list.n_paths);
    size_t n_kept = 0;

    for (size_t i = 0; i < *list.n_paths; i++) {
        const char *path = (*list.paths)[i];

        if (is_valid(path) && n_kept < hardening->policy->paths.max_paths)
            kept[n_kept++] = path;
        else
            rule_report(hardening, rule, FINDING_DROPPED,
                        arena_format(hardening->arena, "%s[%zu]", list.place, i), path, NULL);
    }
    *list.paths = kept;
    *list.n_paths = n_kept;
    return 0;
}

static int add_required(struct hardening *hardening, const struct rule *rule)
{
    struct path_list list = list_of(hardening, rule->argument);
    size_t n_asked = *list.n_paths, n_paths = 0;
    const char **paths = ARENA_NEW_ARRAY(hardening->arena, const char *, n_asked + list.n_required);

    for (size_t i = 0; i < n_asked; i++)
        paths[n_paths++] = (*list.paths)[i];
    for (size_t i = 0; i < list.n_required; i++)
        if (!contains(paths, n_asked, list.required[i]))
            paths[n_paths++] = list.required[i];
    if (n_paths == n_asked)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, list.place,
                n_asked > 0 ? arena_format(hardening->arena, "%zu paths", n_asked) : NULL,
                arena_format(hardening->arena, "also %s",
                             rule_join(hardening->arena, paths + n_asked, n_paths - n_asked)));
    *list.paths = paths;
    *list.n_paths = n_paths;
    hardening->spec->linux.is_set = true;
    return 0;
}

static const struct rule rules[] = {
    { "paths.invalid", "linux.maskedPaths", "each is an absolute path, and there are at most 512",
      RULE_NO_WAY, RULE_CREATE, .apply = drop_invalid, .argument = MASKED },
    { "paths.invalid", "linux.readonlyPaths", "each is an absolute path, and there are at most 512",
      RULE_NO_WAY, RULE_CREATE, .apply = drop_invalid, .argument = READONLY },
    { "paths.masked", "linux.maskedPaths", "these files tell about the host and other containers",
      "allowed by policy key paths.masked", RULE_CREATE, .apply = add_required,
      .argument = MASKED },
    { "paths.readonly", "linux.readonlyPaths", "these files change the host",
      "allowed by policy key paths.readonly", RULE_CREATE, .apply = add_required,
      .argument = READONLY },
};

const struct rule_family rules_paths = { "paths", rules, ARRAY_SIZE(rules) };
