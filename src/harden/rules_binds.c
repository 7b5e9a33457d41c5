/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_binds.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/kernel_files.h"
#include "agentrun/harden/mount_work.h"
#include "agentrun/policy/path.h"

static int refuse_source(struct hardening *hardening, const struct rule *rule,
                         const struct mount_work *work, const char *why)
{
    const char *path = work->source && work->source->resolved_path ? work->source->resolved_path
                                                                   : work->mount.source;

    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "source"), "'%s'%s",
                       path ? path : "", why);
}

/* errno's own descriptions are words that engines act upon. */
static int missing(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (!mount_work_is_bind(work))
        return 0;
    if (!work->source)
        return refuse_source(hardening, rule, work, " was not opened");
    if (work->source->errnum == ENOENT || work->source->errnum == ENOTDIR)
        return refuse_source(hardening, rule, work, " is missing on the host");
    if (work->source->errnum != 0)
        return refuse_source(hardening, rule, work,
                             arena_format(hardening->arena, " could not be opened (errno %d)",
                                          work->source->errnum));
    return 0;
}

/* Is the opened object of this type? Only asked of binds that are there. */
static int wrong_type(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (!mount_work_is_bind(work) || (work->source->mode & S_IFMT) != rule->argument)
        return 0;
    return refuse_source(hardening, rule, work, "");
}

static bool is_ordinary(const struct mount_work *work)
{
    return S_ISREG(work->source->mode) || S_ISDIR(work->source->mode);
}

static int odd_type(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (!mount_work_is_bind(work) || is_ordinary(work))
        return 0;
    return refuse_source(hardening, rule, work, "");
}

static int kernel_files(struct hardening *hardening, const struct rule *rule,
                        struct mount_work *work)
{
    const char *name;

    if (!mount_work_is_bind(work))
        return 0;
    name = kernel_files_name(work->source->filesystem_magic);
    if (!name || (strcmp(name, "nsfs") == 0) != (bool)rule->argument)
        return 0;
    return refuse_source(hardening, rule, work,
                         arena_format(hardening->arena, " (file system %s)", name));
}

/* A recursive bind takes along what is mounted below. */
static int kernel_files_below(struct hardening *hardening, const struct rule *rule,
                              struct mount_work *work)
{
    if (!mount_work_is_bind(work) || !mount_work_is_recursive(work))
        return 0;
    for (size_t i = 0; i < work->source->n_types_below; i++) {
        const char *type = work->source->types_below[i];

        if (kernel_files_has_name(type))
            return refuse_source(hardening, rule, work,
                                 arena_format(hardening->arena, " has a %s mounted below", type));
    }
    return 0;
}

static int host_root(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    const struct policy *policy = hardening->policy;

    if (!mount_work_is_bind(work))
        return 0;
    if (work->source->is_host_root)
        return refuse_source(hardening, rule, work, "");
    for (size_t i = 0; i < policy->mounts.n_denied; i++)
        if (strcmp(policy->mounts.denied[i], work->source->resolved_path) != 0 &&
            path_is_within(policy->mounts.denied[i], work->source->resolved_path))
            return refuse_source(
                hardening, rule, work,
                arena_format(hardening->arena, ", which holds '%s'", policy->mounts.denied[i]));
    for (size_t i = 0; i < hardening->facts->n_denied_directories; i++) {
        const char *denied = hardening->facts->denied_directories[i].resolved_path;

        if (denied && strcmp(denied, work->source->resolved_path) != 0 &&
            path_is_within(denied, work->source->resolved_path))
            return refuse_source(hardening, rule, work,
                                 arena_format(hardening->arena, ", which holds '%s'", denied));
    }
    return 0;
}

/* The host id that uid or gid 0 of the container stands for. */
static bool is_root_id(const struct spec_id_mapping *mappings, size_t n_mappings, uint32_t id)
{
    if (id == 0)
        return true;
    for (size_t i = 0; i < n_mappings; i++)
        if (mappings[i].container_id == 0 && mappings[i].host_id == id)
            return true;
    return false;
}

/* What nobody but the engine can have put there. */
static bool is_engine_made(const struct hardening *hardening, const struct fact_file *source)
{
    const struct spec_linux *linux_spec = &hardening->spec->linux;

    return S_ISREG(source->mode) && (source->mode & S_IWOTH) == 0 &&
           is_root_id(linux_spec->uid_mappings, linux_spec->n_uid_mappings, source->uid);
}

static bool path_permits(const struct hardening *hardening, const struct policy_path *path,
                         const struct mount_work *work)
{
    const char *id = hardening->facts->container_id;

    if (path->destination && !path_matches(path->destination, id, work->mount.destination))
        return false;
    if (!path_matches(path->pattern, id, work->source->resolved_path))
        return false;
    return !path->is_file || is_engine_made(hardening, work->source);
}

static const struct policy_path *find(const struct hardening *hardening,
                                      const struct policy_path *paths, size_t n_paths,
                                      const struct mount_work *work)
{
    for (size_t i = 0; i < n_paths; i++)
        if (path_permits(hardening, &paths[i], work))
            return &paths[i];
    return NULL;
}

/* Is it a denied directory, or below one? By name, or by what it is. */
static const char *denied_directory(const struct hardening *hardening,
                                    const struct fact_file *source)
{
    const struct policy *policy = hardening->policy;
    const struct facts *facts = hardening->facts;

    for (size_t i = 0; i < policy->mounts.n_denied; i++)
        if (path_matches_within(policy->mounts.denied[i], facts->container_id,
                                source->resolved_path))
            return policy->mounts.denied[i];
    for (size_t i = 0; i < facts->n_denied_directories; i++) {
        const struct fact_file *denied = &facts->denied_directories[i];

        if (denied->resolved_path && path_is_within(source->resolved_path, denied->resolved_path))
            return denied->resolved_path;
        if (denied->errnum == 0 && S_ISDIR(source->mode) && denied->device == source->device &&
            denied->inode == source->inode)
            return denied->resolved_path ? denied->resolved_path : "a denied directory";
    }
    return NULL;
}

static int host_path(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    const struct policy *policy = hardening->policy;
    const char *denied;

    if (!mount_work_is_bind(work))
        return 0;
    work->permission =
        find(hardening, policy->mounts.engine_files, policy->mounts.n_engine_files, work);
    if (work->permission)
        return 0;
    denied = denied_directory(hardening, work->source);
    if (denied)
        return refuse_source(hardening, rule, work,
                             arena_format(hardening->arena, " (in '%s')", denied));
    work->permission = find(hardening, policy->mounts.allowed, policy->mounts.n_allowed, work);
    return work->permission ? 0 : refuse_source(hardening, rule, work, "");
}

/* A volume that is itself a mount shows whatever its driver was told to mount there. */
static int volume_device(struct hardening *hardening, const struct rule *rule,
                         struct mount_work *work)
{
    if (!mount_work_is_bind(work) || !work->source->is_mount_root ||
        work->permission->may_be_mount || work->permission->is_file)
        return 0;
    return refuse_source(hardening, rule, work, " is a mount of something else");
}

/* Below /dev only what engines put there, no file of the caller's. */
static int file_below_dev(struct hardening *hardening, const struct rule *rule,
                          struct mount_work *work)
{
    if (!mount_work_is_bind(work) || work->place ||
        !path_is_within(work->mount.destination, "/dev") || work->permission->destination)
        return 0;
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"), "'%s'",
                       work->mount.destination);
}

static int forced_readonly(struct hardening *hardening, const struct rule *rule,
                           struct mount_work *work)
{
    const struct spec_mount asked = work->mount;
    bool is_changed;

    if (!mount_work_is_bind(work) || (work->permission->writable && !mount_work_is_readonly(work)))
        return 0;
    is_changed = mount_work_force_flag(hardening, work, "ro");
    if (mount_work_is_recursive(work))
        is_changed = mount_work_force_flag(hardening, work, "rro") || is_changed;
    if (is_changed)
        mount_work_report_options(hardening, rule, FINDING_FORCED, work, &asked);
    return 0;
}

#define EACH(function) .scopes = RULE_CREATE, .apply_to_mount = (function)
#define PLACE          "mounts"
#define ALLOWED        "allowed by policy key mounts.allowed"

/* clang-format off */
static const struct rule rules[] = {
    { "mounts.source-missing", PLACE, "only what was opened and looked at is mounted", RULE_NO_WAY,
      EACH(missing) },
    { "mounts.engine-socket", PLACE,
      "whoever reaches a socket can act for the program behind it, read-only or not",
      "allowed by policy key mounts.sockets", EACH(wrong_type), .argument = S_IFSOCK },
    { "mounts.device-source", PLACE, "the program has no hardware", "allowed by policy key devices",
      EACH(wrong_type), .argument = S_IFCHR },
    { "mounts.device-source", PLACE, "the program has no hardware", "allowed by policy key devices",
      EACH(wrong_type), .argument = S_IFBLK },
    { "mounts.nsfs", PLACE, "namespaces of others are not handed in", RULE_NO_WAY,
      EACH(kernel_files), .argument = true },
    { "mounts.kernel-fs", PLACE, "the host's view of the kernel stays on the host", RULE_NO_WAY,
      EACH(kernel_files), .argument = false },
    { "mounts.kernel-fs", PLACE, "the host's view of the kernel stays on the host", RULE_NO_WAY,
      EACH(kernel_files_below) },
    { "mounts.source-type", PLACE, "a source is a file or a directory", RULE_NO_WAY,
      EACH(odd_type) },
    { "mounts.host-root", PLACE, "it takes in the whole host or the state of an engine",
      RULE_NO_WAY, EACH(host_root) },
    { "mounts.host-path", PLACE,
      "a source must lie below a directory that is set aside for containers", ALLOWED,
      EACH(host_path) },
    { "mounts.volume-device", PLACE, "a volume holds what the engine put there, nothing else",
      ALLOWED, EACH(volume_device) },
    { "mounts.over-dev", PLACE, "nothing but the container's own devices is in /dev",
      "allowed by policy key devices", EACH(file_below_dev) },
    { "mounts.forced-ro", PLACE,
      "read-only holds for all mounts below, and what engines make is only read", ALLOWED,
      EACH(forced_readonly) },
};
/* clang-format on */

const struct rule_family rules_binds = { "binds", rules, ARRAY_SIZE(rules) };
