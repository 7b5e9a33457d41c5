/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/namespaces.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/sched.h>
#include <string.h>

static const uint64_t clone_flags[N_NAMESPACE_KINDS] = {
    [NAMESPACE_MOUNT] = CLONE_NEWNS,    [NAMESPACE_PID] = CLONE_NEWPID,
    [NAMESPACE_NETWORK] = CLONE_NEWNET, [NAMESPACE_IPC] = CLONE_NEWIPC,
    [NAMESPACE_UTS] = CLONE_NEWUTS,     [NAMESPACE_USER] = CLONE_NEWUSER,
    [NAMESPACE_TIME] = CLONE_NEWTIME,
    /* The cgroup namespace is made later, so that its root is the container's own group. */
};

static int add_namespaces(struct arena *arena, const struct spec *spec, struct plan *plan,
                          struct error *err)
{
    for (int kind = 0; kind < N_NAMESPACE_KINDS; kind++) {
        const struct spec_namespace *namespace = &spec->linux.namespaces[kind];

        if (!namespace->is_set)
            continue;
        if (namespace->path && kind != NAMESPACE_NETWORK)
            return spec_error(
                spec, ERROR_SPEC, ENOTSUP,
                arena_format(arena, "linux.namespaces (%s)", spec_namespace_name(kind)), err,
                "joining the namespace '%s' is not supported", namespace->path);
        plan->clone_flags |= clone_flags[kind];
    }
    plan->new_cgroup_namespace = spec->linux.namespaces[NAMESPACE_CGROUP].is_set;
    return 0;
}

/* --- ids ------------------------------------------------------------------------------------ */

static const char *map_text(struct arena *arena, const struct spec_id_mapping *mappings, size_t n)
{
    const char *text = "";

    for (size_t i = 0; i < n; i++)
        text = arena_format(arena, "%s%" PRIu32 " %" PRIu32 " %" PRIu32 "\n", text,
                            mappings[i].container_id, mappings[i].host_id, mappings[i].size);
    return text;
}

/* The host id of id 0 inside. */
static bool map_root(const struct spec_id_mapping *mappings, size_t n, uint32_t *out_id)
{
    for (size_t i = 0; i < n; i++) {
        if (mappings[i].container_id == 0 && mappings[i].size > 0) {
            *out_id = mappings[i].host_id;
            return true;
        }
    }
    return false;
}

static int add_id_maps(struct arena *arena, const struct plan_request *request, struct plan *plan,
                       struct error *err)
{
    const struct spec *spec = request->spec;
    const struct spec_linux *section = &spec->linux;

    if (!(plan->clone_flags & CLONE_NEWUSER))
        return 0;
    if (!map_root(section->uid_mappings, section->n_uid_mappings, &plan->root_uid))
        return spec_error(spec, ERROR_SPEC, EINVAL, "linux.uidMappings", err,
                          "a user namespace needs a mapping for id 0");
    if (!map_root(section->gid_mappings, section->n_gid_mappings, &plan->root_gid))
        return spec_error(spec, ERROR_SPEC, EINVAL, "linux.gidMappings", err,
                          "a user namespace needs a mapping for id 0");
    plan->uid_map = map_text(arena, section->uid_mappings, section->n_uid_mappings);
    plan->gid_map = map_text(arena, section->gid_mappings, section->n_gid_mappings);
    /* Without privilege the kernel takes a map of one id only after groups are given up. */
    plan->deny_setgroups = request->is_in_user_namespace && section->n_gid_mappings == 1 &&
                           section->gid_mappings[0].size == 1;
    return 0;
}

/* --- clocks, names -------------------------------------------------------------------------- */

static const char *offset_text(struct arena *arena, const char *clock,
                               const struct spec_time_offset *offset)
{
    if (!offset->is_set)
        return "";
    return arena_format(arena, "%s %" PRId64 " %" PRIu32 "\n", clock, offset->seconds,
                        offset->nanoseconds);
}

static void add_time_offsets(struct arena *arena, const struct spec_linux *section,
                             struct plan *plan)
{
    if (!(plan->clone_flags & CLONE_NEWTIME))
        return;
    if (section->time_offset_monotonic.is_set || section->time_offset_boottime.is_set)
        plan->time_offsets = arena_format(
            arena, "%s%s", offset_text(arena, "monotonic", &section->time_offset_monotonic),
            offset_text(arena, "boottime", &section->time_offset_boottime));
}

static const char *name_or_null(const char *name)
{
    return name && *name ? name : NULL;
}

static int add_names(const struct spec *spec, struct plan *plan, struct error *err)
{
    plan->hostname = name_or_null(spec->hostname);
    plan->domainname = name_or_null(spec->domainname);
    if ((plan->hostname || plan->domainname) && !(plan->clone_flags & CLONE_NEWUTS))
        return spec_error(spec, ERROR_SPEC, EINVAL, plan->hostname ? "hostname" : "domainname", err,
                          "unable to set it without a private UTS namespace");
    return 0;
}

/* --- sysctls -------------------------------------------------------------------------------- */

/* "net.ipv4.ip_forward", or with slashes where a name has dots of its own, as sysctl(8). */
static char *sysctl_path(struct arena *arena, const char *key)
{
    char *path = arena_strdup(arena, key);

    if (key[strcspn(key, "./")] == '/')
        return path;
    for (char *next = path; *next; next++) {
        if (*next == '.')
            *next = '/';
        else if (*next == '/')
            *next = '.';
    }
    return path;
}

static bool is_sysctl_path_clean(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");

        if (length == 0 || (path[0] == '.' && length <= 2))
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
}

static int add_sysctls(struct arena *arena, const struct spec *spec, struct plan *plan,
                       struct error *err)
{
    size_t n_sysctls = spec->linux.n_sysctls;
    struct plan_sysctl *sysctls = ARENA_NEW_ARRAY(arena, struct plan_sysctl, n_sysctls);

    for (size_t i = 0; i < n_sysctls; i++) {
        const struct spec_key_value *from = &spec->linux.sysctls[i];
        struct plan_sysctl *sysctl = &sysctls[i];

        sysctl->place = arena_format(arena, "linux.sysctl.%s", from->key);
        sysctl->path = sysctl_path(arena, from->key);
        sysctl->value = from->value;
        if (!is_sysctl_path_clean(sysctl->path))
            return spec_error(spec, ERROR_SPEC, EINVAL, "linux.sysctl", err,
                              "'%s' is not the name of a sysctl", from->key);
    }
    plan->sysctls = sysctls;
    plan->n_sysctls = n_sysctls;
    return 0;
}

int namespaces_build(struct arena *arena, const struct plan_request *request, struct plan *plan,
                     struct error *err)
{
    const struct spec *spec = request->spec;
    int result = add_namespaces(arena, spec, plan, err);

    if (result == 0)
        result = add_id_maps(arena, request, plan, err);
    if (result == 0)
        result = add_names(spec, plan, err);
    if (result == 0)
        result = add_sysctls(arena, spec, plan, err);
    if (result < 0)
        return result;
    add_time_offsets(arena, &spec->linux, plan);
    return 0;
}
