/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/process.h"

#include <errno.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define DEFAULT_UMASK 0022
#define UMASK_BITS    0777

/* linux/landlock.h of kernels newer than the headers we may be built with. */
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL               (1ULL << 1)

/* The first ABI version that has a restriction. TCP is missing on purpose: Landlock cannot tell
 * loopback, on which programs talk to themselves, from other interfaces, which do not exist. */
static const struct landlock_rule {
    unsigned abi;
    struct plan_landlock takes;
} landlock_rules[] = {
    { 6, { .scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL } },
};

struct plan_landlock process_landlock(unsigned abi)
{
    struct plan_landlock all = { 0 };

    for (size_t i = 0; i < ARRAY_SIZE(landlock_rules); i++) {
        if (abi < landlock_rules[i].abi)
            continue;
        all.handled_access_net |= landlock_rules[i].takes.handled_access_net;
        all.scoped |= landlock_rules[i].takes.scoped;
    }
    return all;
}

const char **process_string_list(struct arena *arena, const char *const *strings, size_t n_strings)
{
    const char **list = ARENA_NEW_ARRAY(arena, const char *, n_strings + 1);

    for (size_t i = 0; i < n_strings; i++)
        list[i] = strings[i];
    return list;
}

/* The last one counts, as it does for the program itself. */
static const char *find_path_variable(const struct spec_process *from)
{
    for (size_t i = from->n_env; i-- > 0;) {
        if (strncmp(from->env[i], "PATH=", strlen("PATH=")) == 0)
            return from->env[i] + strlen("PATH=");
    }
    return NULL;
}

static size_t count_elements(const char *path)
{
    size_t n_elements = 1;

    for (; *path; path++)
        n_elements += *path == ':';
    return n_elements;
}

/* Empty and relative elements would mean the working directory, which may be anybody's. */
static void search_path(struct arena *arena, const char *path, struct plan_process *process)
{
    process->candidates = ARENA_NEW_ARRAY(arena, const char *, count_elements(path));
    while (*path) {
        size_t length = strcspn(path, ":");

        if (*path == '/')
            process->candidates[process->n_candidates++] =
                arena_format(arena, "%.*s/%s", (int)length, path, process->command);
        path += length;
        path += *path == ':';
    }
}

static void find_candidates(struct arena *arena, const struct spec_process *from,
                            struct plan_process *process)
{
    const char *path = find_path_variable(from);

    process->searched_in_path = !strchr(process->command, '/');
    if (process->searched_in_path) {
        if (path && *process->command)
            search_path(arena, path, process);
        return;
    }
    process->candidates = ARENA_NEW(arena, const char *);
    process->candidates[0] = *process->command == '/'
                                 ? process->command
                                 : arena_format(arena, "%s/%s", process->cwd, process->command);
    process->n_candidates = 1;
}

static int add_program(struct arena *arena, const struct spec *spec, struct plan_process *process,
                       struct error *err)
{
    const struct spec_process *from = &spec->process;

    if (from->n_args == 0)
        return spec_error(spec, ERROR_SPEC, EINVAL, "process.args", err, "must not be empty");
    if (!from->cwd || *from->cwd != '/')
        return spec_error(spec, ERROR_SPEC, EINVAL, "process.cwd", err,
                          "Cwd must be an absolute path");
    process->argv = process_string_list(arena, from->args, from->n_args);
    process->envp = process_string_list(arena, from->env, from->n_env);
    process->command = from->args[0];
    process->cwd = from->cwd;
    find_candidates(arena, from, process);
    return 0;
}

struct id_map {
    const struct spec_id_mapping *mappings;
    size_t n_mappings;
    const char *place;
};

static int map_id(const struct spec *spec, const struct id_map *map, uint32_t id, uint32_t *out_id,
                  struct error *err)
{
    for (size_t i = 0; i < map->n_mappings; i++) {
        const struct spec_id_mapping *mapping = &map->mappings[i];

        if (id < mapping->container_id || id - mapping->container_id >= mapping->size)
            continue;
        *out_id = mapping->host_id + (id - mapping->container_id);
        return 0;
    }
    return spec_error(spec, ERROR_SPEC, EINVAL, "process.user", err, "%s has no id %u", map->place,
                      id);
}

static int map_user(struct arena *arena, const struct spec *spec, const struct spec *container,
                    struct plan_process *process, struct error *err)
{
    const struct spec_linux *section = &container->linux;
    const struct id_map uids = { section->uid_mappings, section->n_uid_mappings,
                                 "linux.uidMappings" };
    const struct id_map gids = { section->gid_mappings, section->n_gid_mappings,
                                 "linux.gidMappings" };
    gid_t *groups = ARENA_NEW_ARRAY(arena, gid_t, process->n_groups);

    process->host_uid = process->uid;
    process->host_gid = process->gid;
    process->host_groups = process->groups;
    if (!section->namespaces[NAMESPACE_USER].is_set)
        return 0;
    if (map_id(spec, &uids, process->uid, &process->host_uid, err) < 0 ||
        map_id(spec, &gids, process->gid, &process->host_gid, err) < 0)
        return -err->errnum;
    for (size_t i = 0; i < process->n_groups; i++)
        if (map_id(spec, &gids, process->groups[i], &groups[i], err) < 0)
            return -err->errnum;
    process->host_groups = groups;
    return 0;
}

static void add_user(struct arena *arena, const struct spec *spec, struct plan_process *process)
{
    const struct spec_user *user = &spec->process.user;
    gid_t *groups = ARENA_NEW_ARRAY(arena, gid_t, user->n_additional_gids);

    for (size_t i = 0; i < user->n_additional_gids; i++)
        groups[i] = user->additional_gids[i];
    process->uid = user->uid;
    process->gid = user->gid;
    process->groups = groups;
    process->n_groups = user->n_additional_gids;
    process->umask = user->umask.is_set ? (mode_t)user->umask.value & UMASK_BITS : DEFAULT_UMASK;
}

static void add_rlimits(struct arena *arena, const struct spec_process *from,
                        struct plan_process *process)
{
    struct plan_rlimit *rlimits = ARENA_NEW_ARRAY(arena, struct plan_rlimit, from->n_rlimits);

    for (size_t i = 0; i < from->n_rlimits; i++) {
        rlimits[i] = (struct plan_rlimit){ from->rlimits[i].resource, from->rlimits[i].soft,
                                           from->rlimits[i].hard };
    }
    process->rlimits = rlimits;
    process->n_rlimits = from->n_rlimits;
}

/* NULL for the empty label, which engines send for "none". */
static const char *label(const char *text)
{
    return text && *text ? text : NULL;
}

int process_build(struct arena *arena, const struct spec *spec, const struct spec *container,
                  struct plan_process *out_process, struct error *err)
{
    const struct spec_process *from = &spec->process;
    const struct spec_capabilities *capabilities = &from->capabilities;
    struct plan_process process = {
        .capabilities = { .bounding = capabilities->bounding.bits,
                          .permitted = capabilities->permitted.bits,
                          .effective = capabilities->effective.bits,
                          .inheritable = capabilities->inheritable.bits,
                          .ambient = capabilities->ambient.bits },
        .has_oom_score_adj = from->oom_score_adj.is_set,
        .oom_score_adj = (int)from->oom_score_adj.value,
        .terminal = from->terminal,
        .has_console_size = from->has_console_size,
        .console_height = from->console_size.height,
        .console_width = from->console_size.width,
        .apparmor_profile = label(from->apparmor_profile),
        .selinux_label = label(from->selinux_label),
    };
    int result = add_program(arena, spec, &process, err);

    if (result < 0)
        return result;
    add_user(arena, spec, &process);
    if (map_user(arena, spec, container, &process, err) < 0)
        return -err->errnum;
    add_rlimits(arena, from, &process);
    *out_process = process;
    return 0;
}
