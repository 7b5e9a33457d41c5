/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/order_container.h"

#include <stddef.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define MAX_PATHS 512 /* of each kind */

bool order_root(const struct spec *enforced, const struct spec *asked)
{
    return enforced->root.readonly || !asked->root.readonly;
}

static bool has_option(const struct spec_mount *mount, const char *option)
{
    for (size_t i = 0; i < mount->n_options; i++)
        if (strcmp(mount->options[i], option) == 0)
            return true;
    return false;
}

static bool is_bind(const struct spec_mount *mount)
{
    return has_option(mount, "bind") || has_option(mount, "rbind") ||
           (mount->type && (strcmp(mount->type, "bind") == 0 || strcmp(mount->type, "rbind") == 0));
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The mount that was asked for from the same source; of several, one that fits. */
static bool asked_for(const struct spec *asked, const struct spec_mount *mount,
                      bool (*fits)(const struct spec_mount *enforced,
                                   const struct spec_mount *asked))
{
    for (size_t i = 0; i < asked->n_mounts; i++)
        if (is_bind(&asked->mounts[i]) && same_text(asked->mounts[i].source, mount->source) &&
            fits(mount, &asked->mounts[i]))
            return true;
    return false;
}

static bool every_bind(const struct spec *enforced, const struct spec *asked,
                       bool (*fits)(const struct spec_mount *enforced,
                                    const struct spec_mount *asked))
{
    for (size_t i = 0; i < enforced->n_mounts; i++)
        if (is_bind(&enforced->mounts[i]) && !asked_for(asked, &enforced->mounts[i], fits))
            return false;
    return true;
}

static bool anything(const struct spec_mount *enforced, const struct spec_mount *asked)
{
    (void)enforced;
    (void)asked;
    return true;
}

bool order_mounts(const struct spec *enforced, const struct spec *asked)
{
    return every_bind(enforced, asked, anything);
}

/* The last of the two words, `flag` or its opposite, is the flag. */
static bool has_flag(const struct spec_mount *mount, const char *flag, const char *opposite)
{
    bool is_set = false;

    for (size_t i = 0; i < mount->n_options; i++) {
        if (strcmp(mount->options[i], flag) == 0)
            is_set = true;
        else if (strcmp(mount->options[i], opposite) == 0)
            is_set = false;
    }
    return is_set;
}

static bool flags_are_within(const struct spec_mount *enforced, const struct spec_mount *asked)
{
    static const char *const flags[][2] = {
        { "ro", "rw" }, { "nosuid", "suid" }, { "nodev", "dev" }, { "noexec", "exec" }
    };

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
        if (has_flag(asked, flags[i][0], flags[i][1]) &&
            !has_flag(enforced, flags[i][0], flags[i][1]))
            return false;
    return has_flag(enforced, "nosuid", "suid") && has_flag(enforced, "nodev", "dev");
}

/* What shows the kernel is only looked at. */
static bool is_view(const struct spec_mount *mount)
{
    return mount->type && (strcmp(mount->type, "sysfs") == 0 ||
                           strncmp(mount->type, "cgroup", strlen("cgroup")) == 0);
}

bool order_mount_flags(const struct spec *enforced, const struct spec *asked)
{
    for (size_t i = 0; i < enforced->n_mounts; i++)
        if (is_view(&enforced->mounts[i]) && !has_flag(&enforced->mounts[i], "ro", "rw"))
            return false;
    return every_bind(enforced, asked, flags_are_within);
}

static bool hooks_are_within(const struct spec_hook_list *enforced,
                             const struct spec_hook_list *asked)
{
    size_t j = 0;

    for (size_t i = 0; i < enforced->n_hooks; i++, j++) {
        while (j < asked->n_hooks && !same_text(asked->hooks[j].path, enforced->hooks[i].path))
            j++;
        if (j >= asked->n_hooks || enforced->hooks[i].n_env > asked->hooks[j].n_env)
            return false;
    }
    return true;
}

bool order_hooks(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_hooks *less = &enforced->hooks, *more = &asked->hooks;

    return hooks_are_within(&less->prestart, &more->prestart) &&
           hooks_are_within(&less->create_runtime, &more->create_runtime) &&
           hooks_are_within(&less->create_container, &more->create_container) &&
           hooks_are_within(&less->start_container, &more->start_container) &&
           hooks_are_within(&less->poststart, &more->poststart) &&
           hooks_are_within(&less->poststop, &more->poststop);
}

bool order_namespaces(const struct spec *enforced, const struct spec *asked)
{
    for (size_t i = 0; i < N_NAMESPACE_KINDS; i++) {
        const struct spec_namespace *less = &enforced->linux.namespaces[i];

        if (less->path || (asked->linux.namespaces[i].is_set && !less->is_set))
            return false;
    }
    return true;
}

bool order_id_maps(const struct spec *enforced, const struct spec *asked)
{
    return enforced->linux.n_uid_mappings == 0 ||
           (enforced->linux.n_uid_mappings == asked->linux.n_uid_mappings &&
            enforced->linux.n_gid_mappings == asked->linux.n_gid_mappings);
}

static bool has_device(const struct spec *spec, const char *path)
{
    for (size_t i = 0; i < spec->linux.n_devices; i++)
        if (strcmp(spec->linux.devices[i].path, path) == 0)
            return true;
    return false;
}

bool order_devices(const struct spec *enforced, const struct spec *asked)
{
    for (size_t i = 0; i < enforced->linux.n_devices; i++)
        if (!has_device(asked, enforced->linux.devices[i].path))
            return false;
    return true;
}

static bool action_is_within(const char *enforced, const char *asked)
{
    return same_text(enforced, asked) ||
           (same_text(asked, "SCMP_ACT_NOTIFY") && same_text(enforced, "SCMP_ACT_ERRNO"));
}

bool order_seccomp(const struct spec *enforced, const struct spec *asked)
{
    const struct spec_seccomp *less = &enforced->linux.seccomp, *more = &asked->linux.seccomp;

    if (less->is_set != more->is_set || less->n_rules != more->n_rules ||
        !action_is_within(less->default_action, more->default_action) || less->listener_path)
        return false;
    for (size_t i = 0; i < less->n_rules; i++)
        if (!action_is_within(less->rules[i].action, more->rules[i].action))
            return false;
    return true;
}

bool order_seccomp_flags(const struct spec *enforced, const struct spec *asked)
{
    return enforced->linux.seccomp.n_flags <= asked->linux.seccomp.n_flags;
}

static bool sets_sysctl(const struct spec *spec, const struct spec_key_value *sysctl)
{
    for (size_t i = 0; i < spec->linux.n_sysctls; i++)
        if (strcmp(spec->linux.sysctls[i].key, sysctl->key) == 0)
            return same_text(spec->linux.sysctls[i].value, sysctl->value);
    return false;
}

bool order_sysctls(const struct spec *enforced, const struct spec *asked)
{
    for (size_t i = 0; i < enforced->linux.n_sysctls; i++)
        if (!sets_sysctl(asked, &enforced->linux.sysctls[i]))
            return false;
    return true;
}

static bool has_path(const char *const *paths, size_t n_paths, const char *path)
{
    for (size_t i = 0; i < n_paths; i++)
        if (strcmp(paths[i], path) == 0)
            return true;
    return false;
}

static bool holds_all(const char *const *enforced, size_t n_enforced, const char *const *asked,
                      size_t n_asked)
{
    for (size_t i = 0; i < n_asked && i < MAX_PATHS; i++)
        if (asked[i][0] == '/' && asked[i][strspn(asked[i], "/")] != '\0' &&
            !has_path(enforced, n_enforced, asked[i]))
            return false;
    return true;
}

bool order_masked_paths(const struct spec *enforced, const struct spec *asked)
{
    return holds_all(enforced->linux.masked_paths, enforced->linux.n_masked_paths,
                     asked->linux.masked_paths, asked->linux.n_masked_paths);
}

bool order_readonly_paths(const struct spec *enforced, const struct spec *asked)
{
    return holds_all(enforced->linux.readonly_paths, enforced->linux.n_readonly_paths,
                     asked->linux.readonly_paths, asked->linux.n_readonly_paths);
}

bool order_sections(const struct spec *enforced, const struct spec *asked)
{
    (void)asked;
    return !enforced->linux.has_intel_rdt && !enforced->linux.has_personality &&
           !enforced->linux.has_net_devices && !enforced->linux.has_memory_policy;
}
