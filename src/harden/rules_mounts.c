/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_mounts.h"

#include <string.h>
#include <sys/stat.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"
#include "agentrun/harden/kernel_files.h"
#include "agentrun/harden/mount_work.h"
#include "agentrun/policy/path.h"

/* Names below /dev that the set-up makes itself. */
static const char *const dev_names[] = {
    "/dev/null",   "/dev/zero",   "/dev/full",  "/dev/random",  "/dev/urandom",
    "/dev/tty",    "/dev/ptmx",   "/dev/stdin", "/dev/console", "/dev/fd",
    "/dev/stdout", "/dev/stderr", "/dev/core",
};

static int destination(struct hardening *hardening, const struct rule *rule,
                       struct mount_work *work)
{
    const char *asked = work->mount.destination;
    const char *clean;

    if (!asked || asked[0] == '\0')
        return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"),
                           "it is empty");
    clean = path_clean(hardening->arena, asked);
    work->place = mount_place_find(clean);
    if (strcmp(clean, asked) == 0)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, mount_work_place(hardening, work, "destination"),
                asked, clean);
    work->mount.destination = clean;
    return 0;
}

static int over_root(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (strcmp(work->mount.destination, "/") != 0)
        return 0;
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"), "'/'");
}

static int refuse_type(struct hardening *hardening, const struct rule *rule,
                       const struct mount_work *work)
{
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "type"), "'%s'",
                       work->mount.type ? work->mount.type : "");
}

static bool is_overlay(const struct mount_work *work)
{
    return work->class == MOUNT_OTHER && work->mount.type &&
           strcmp(work->mount.type, "overlay") == 0;
}

static int overlay(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    return is_overlay(work) ? refuse_type(hardening, rule, work) : 0;
}

static int other_type(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    return work->class == MOUNT_OTHER ? refuse_type(hardening, rule, work) : 0;
}

/* What the rows that replace shared instances are about. */
enum shared { SHARED_PROC, SHARED_DEV_OR_SYS, SHARED_MEMORY };

static enum shared shared_kind(const struct mount_place *place)
{
    if (place->may_be_bind)
        return SHARED_MEMORY;
    return place->class == MOUNT_PROC ? SHARED_PROC : SHARED_DEV_OR_SYS;
}

/* A bind whose source is what the host or the engine has for this very place. */
static bool is_shared_instance(const struct hardening *hardening, const struct mount_work *work)
{
    const char *id = hardening->facts->container_id;

    if (!mount_work_is_bind(work) || !work->place || !work->source || work->source->errnum != 0 ||
        !S_ISDIR(work->source->mode))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(work->place->shared) && work->place->shared[i]; i++)
        if (path_matches(work->place->shared[i], id, work->source->resolved_path))
            return true;
    return false;
}

static int replace_shared(struct hardening *hardening, const struct rule *rule,
                          struct mount_work *work)
{
    const char *place;

    if (!is_shared_instance(hardening, work) || shared_kind(work->place) != rule->argument)
        return 0;
    place = mount_work_place(hardening, work, "");
    rule_report(hardening, rule, FINDING_FORCED, place, work->source->resolved_path,
                arena_format(hardening->arena, "a new %s", work->place->type));
    mount_work_replace(hardening, work);
    return 0;
}

static int only_at_its_place(struct hardening *hardening, const struct rule *rule,
                             struct mount_work *work)
{
    if (work->class != rule->argument || (work->place && work->place->class == work->class))
        return 0;
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"),
                       "a %s at '%s'", work->mount.type, work->mount.destination);
}

static int over_proc(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (work->class == MOUNT_PROC || !path_is_within(work->mount.destination, "/proc"))
        return 0;
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"), "'%s'",
                       work->mount.destination);
}

static bool is_device(const struct mount_work *work)
{
    return work->source && work->source->errnum == 0 &&
           (S_ISCHR(work->source->mode) || S_ISBLK(work->source->mode));
}

/* Engines without the right to make device nodes mount those of the host. */
static int bound_devices(struct hardening *hardening, const struct rule *rule,
                         struct mount_work *work)
{
    if (!mount_work_is_bind(work) || !path_is_within(work->mount.destination, "/dev") ||
        !is_device(work))
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, mount_work_place(hardening, work, ""),
                work->source->resolved_path, NULL);
    work->is_dropped = true;
    return 0;
}

/* Parts of sysfs and of the control groups that are there anyhow, as far as they may be. */
static int below_sys(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    if (!mount_work_is_bind(work) || work->place ||
        !path_is_within(work->mount.destination, "/sys") || !work->source ||
        !kernel_files_name(work->source->filesystem_magic))
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, mount_work_place(hardening, work, ""),
                work->source->resolved_path, NULL);
    work->is_dropped = true;
    return 0;
}

/* A file of the engine's own, such as its init program, at a name that nothing else has. */
static bool is_engine_file_below_dev(const struct mount_work *work)
{
    if (!mount_work_is_bind(work) || work->place || !work->source || work->source->errnum != 0 ||
        !S_ISREG(work->source->mode) || strchr(work->mount.destination + 5, '/'))
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(dev_names); i++)
        if (strcmp(dev_names[i], work->mount.destination) == 0)
            return false;
    return true;
}

static int over_dev(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    const char *target = work->mount.destination;

    if (work->is_dropped || (!path_is_within(target, "/dev") && !path_is_within(target, "/sys")))
        return 0;
    if (work->place && (work->class == work->place->class ||
                        (work->class == MOUNT_BIND && work->place->may_be_bind)))
        return 0;
    if (path_is_within(target, "/dev") && is_engine_file_below_dev(work))
        return 0;
    return rule_refuse(hardening, rule, mount_work_place(hardening, work, "destination"), "'%s'",
                       target);
}

#define EACH(function) .scopes = RULE_CREATE, .apply_to_mount = (function)
#define ONE_PLACE      "the kernel's view is only mounted where the rules for it hold"
#define OWN_INSTANCE   "what the container sees there is its own, not the host's"

/* clang-format off */
static const struct rule rules[] = {
    { "mounts.destination", "mounts", "a destination is an absolute path inside the container",
      RULE_NO_WAY, EACH(destination) },
    { "mounts.over-root", "mounts", "nothing covers the hardened root", RULE_NO_WAY,
      EACH(over_root) },
    { "mounts.overlay", "mounts", "an overlay takes in directories of the host unseen",
      RULE_NO_WAY, EACH(overlay) },
    { "mounts.type", "mounts", "the kernel reads no image of others, and no network file system",
      RULE_NO_WAY, EACH(other_type) },
    { "mounts.over-proc", "mounts", OWN_INSTANCE, RULE_NO_WAY,
      EACH(replace_shared), .argument = SHARED_PROC },
    { "mounts.over-dev", "mounts", OWN_INSTANCE, RULE_NO_WAY,
      EACH(replace_shared), .argument = SHARED_DEV_OR_SYS },
    { "mounts.shm", "mounts", "shared memory is the container's own", "allowed by policy key namespaces.ipc",
      EACH(replace_shared), .argument = SHARED_MEMORY },
    { "mounts.proc", "mounts", ONE_PLACE, RULE_NO_WAY,
      EACH(only_at_its_place), .argument = MOUNT_PROC },
    { "mounts.sysfs", "mounts", ONE_PLACE, RULE_NO_WAY,
      EACH(only_at_its_place), .argument = MOUNT_SYSFS },
    { "mounts.cgroup", "mounts", ONE_PLACE, RULE_NO_WAY,
      EACH(only_at_its_place), .argument = MOUNT_CGROUP },
    { "mounts.devpts", "mounts", ONE_PLACE, RULE_NO_WAY,
      EACH(only_at_its_place), .argument = MOUNT_DEVPTS },
    { "mounts.mqueue", "mounts", ONE_PLACE, RULE_NO_WAY,
      EACH(only_at_its_place), .argument = MOUNT_MQUEUE },
    { "mounts.over-proc", "mounts", "nothing covers the container's own /proc", RULE_NO_WAY,
      EACH(over_proc) },
    { "devices.node", "mounts", "the program has no hardware", "allowed by policy key devices",
      EACH(bound_devices) },
    { "mounts.over-dev", "mounts", OWN_INSTANCE, RULE_NO_WAY, EACH(below_sys) },
    { "mounts.over-dev", "mounts", "nothing covers the container's own /sys and /dev",
      "allowed by policy key devices", EACH(over_dev) },
};
/* clang-format on */

const struct rule_family rules_mounts = { "mounts", rules, ARRAY_SIZE(rules) };
