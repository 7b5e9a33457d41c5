/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_mount_options.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/harden/mount_work.h"

#define TMPFS_MODE_BITS  01777
#define DEVPTS_MODE_BITS 0666

static int refused_words(struct hardening *hardening, const struct rule *rule,
                         struct mount_work *work)
{
    for (size_t i = 0; i < work->mount.n_options; i++) {
        const struct mount_word *word = mount_word_find(work->mount.options[i], work->class);

        if (word && word->role == WORD_REFUSED)
            return rule_refuse(hardening, rule, mount_work_place(hardening, work, "options"),
                               "'%s'", word->name);
    }
    return 0;
}

/* A comma would make several options of one. */
static bool is_unknown(const struct mount_work *work, const char *option)
{
    const struct mount_word *word = mount_word_find(option, work->class);

    return !word || word->role == WORD_IGNORED || strchr(option, ',');
}

static int unknown_words(struct hardening *hardening, const struct rule *rule,
                         struct mount_work *work)
{
    const struct spec_mount asked = work->mount;

    for (size_t i = 0; work->class == MOUNT_BIND && i < work->mount.n_options; i++)
        if (is_unknown(work, work->mount.options[i]))
            return rule_refuse(hardening, rule, mount_work_place(hardening, work, "options"),
                               "'%s'", work->mount.options[i]);
    if (mount_work_drop_options(hardening, work, is_unknown) > 0)
        mount_work_report_options(hardening, rule, FINDING_DROPPED, work, &asked);
    return 0;
}

static bool has_role(const struct mount_work *work, const char *option, enum mount_word_role role)
{
    const struct mount_word *word = mount_word_find(option, work->class);

    return word && word->role == role;
}

static bool maps_ids(const struct mount_work *work, const char *option)
{
    return has_role(work, option, WORD_MAPS_IDS);
}

static bool clears_below(const struct mount_work *work, const char *option)
{
    return has_role(work, option, WORD_CLEARS_BELOW);
}

static bool propagates(const struct mount_work *work, const char *option)
{
    return has_role(work, option, WORD_PROPAGATES);
}

/* In the order of the arguments of the rows below. */
static bool (*const unwanted[])(const struct mount_work *work, const char *option) = {
    clears_below,
    propagates,
    maps_ids,
};

static int drop_words(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    const struct spec_mount asked = work->mount;

    if (mount_work_drop_options(hardening, work, unwanted[rule->argument]) > 0)
        mount_work_report_options(hardening, rule, FINDING_DROPPED, work, &asked);
    return 0;
}

static bool force_flags(struct hardening *hardening, struct mount_work *work,
                        const char *const *flags, size_t n_flags)
{
    bool is_changed = false;

    for (size_t i = 0; i < n_flags && flags[i]; i++)
        if (!strchr(flags[i], '='))
            is_changed = mount_work_force_flag(hardening, work, flags[i]) || is_changed;
    return is_changed;
}

static int forced_flags(struct hardening *hardening, const struct rule *rule,
                        struct mount_work *work)
{
    static const char *const ordinary[] = { "nosuid", "nodev" };
    static const char *const below[] = { "rnosuid", "rnodev" };
    const struct spec_mount asked = work->mount;
    bool is_changed;

    if ((work->class & rule->argument) == 0)
        return 0;
    if (work->place && work->class == work->place->class)
        is_changed = force_flags(hardening, work, work->place->options, MOUNT_PLACE_OPTIONS);
    else
        is_changed = force_flags(hardening, work, ordinary, ARRAY_SIZE(ordinary));
    if (mount_work_is_recursive(work))
        is_changed = force_flags(hardening, work, below, ARRAY_SIZE(below)) || is_changed;
    if (is_changed)
        mount_work_report_options(hardening, rule, FINDING_FORCED, work, &asked);
    return 0;
}

/* The option "KEY=number" is there, and the number is in 1..maximum. */
static bool clamp_size(struct hardening *hardening, struct mount_work *work, const char *key,
                       uint64_t maximum)
{
    const char *value = mount_work_option_value(work, key);
    struct error ignored;
    uint64_t number;

    if (value && number_parse_size(value, &number, &ignored) == 0 && number > 0 &&
        number <= maximum)
        return false;
    mount_work_set_option(hardening, work,
                          arena_format(hardening->arena, "%s%" PRIu64, key, maximum));
    return true;
}

static bool clamp_mode(struct hardening *hardening, struct mount_work *work, const char *key,
                       uint32_t bits)
{
    const char *value = mount_work_option_value(work, key);
    struct error ignored;
    uint32_t mode;

    if (!value)
        return false;
    if (number_parse_mode(value, &mode, &ignored) < 0)
        mode = 0;
    else if ((mode & ~bits) == 0)
        return false;
    mount_work_set_option(hardening, work,
                          arena_format(hardening->arena, "%s%" PRIo32, key, mode & bits));
    return true;
}

static int tmpfs_size(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    const struct policy *policy = hardening->policy;
    const struct spec_mount asked = work->mount;
    bool is_changed;

    if (work->class != MOUNT_TMPFS)
        return 0;
    is_changed =
        clamp_size(hardening, work, "size=", mount_place_bytes(policy, work->mount.destination));
    is_changed = clamp_size(hardening, work, "nr_inodes=", policy->scratch.n_inodes) || is_changed;
    is_changed = clamp_mode(hardening, work, "mode=", TMPFS_MODE_BITS) || is_changed;
    if (is_changed)
        mount_work_report_options(hardening, rule, FINDING_CLAMPED, work, &asked);
    return 0;
}

static int devpts_limits(struct hardening *hardening, const struct rule *rule,
                         struct mount_work *work)
{
    const struct spec_mount asked = work->mount;
    bool is_changed;

    if (work->class != MOUNT_DEVPTS)
        return 0;
    is_changed = clamp_size(hardening, work, "max=", hardening->policy->mounts.max_terminals);
    is_changed = clamp_mode(hardening, work, "mode=", DEVPTS_MODE_BITS) || is_changed;
    is_changed = clamp_mode(hardening, work, "ptmxmode=", DEVPTS_MODE_BITS) || is_changed;
    if (is_changed)
        mount_work_report_options(hardening, rule, FINDING_CLAMPED, work, &asked);
    return 0;
}

#define EACH(function) .scopes = RULE_CREATE, .apply_to_mount = (function)
#define PLACE          "mounts"
#define ALWAYS_THERE   "these flags always hold there"

/* clang-format off */
static const struct rule rules[] = {
    { "mounts.remount", PLACE, "mounts of the host are not changed", RULE_NO_WAY,
      EACH(refused_words) },
    { "mounts.unknown-option", PLACE, "nobody knows what it would do", RULE_NO_WAY,
      EACH(unknown_words) },
    { "mounts.recursive-clear", PLACE, "flags of the mounts below are never taken away",
      RULE_NO_WAY, EACH(drop_words), .argument = 0 },
    { "mounts.propagation", PLACE, "mounts do not pass between the host and the container",
      RULE_NO_WAY, EACH(drop_words), .argument = 1 },
    { "mounts.idmap", PLACE, "whose files they are is for the policy to say", RULE_NO_WAY,
      EACH(drop_words), .argument = 2 },
    { "mounts.forced-flags", PLACE,
      "no mount has set-user-ID programs or device nodes that work", RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_BIND | MOUNT_TMPFS },
    { "mounts.proc", PLACE, ALWAYS_THERE, RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_PROC },
    { "mounts.sysfs", PLACE, ALWAYS_THERE, RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_SYSFS },
    { "mounts.cgroup", PLACE, ALWAYS_THERE, RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_CGROUP },
    { "mounts.devpts", PLACE, ALWAYS_THERE, RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_DEVPTS },
    { "mounts.mqueue", PLACE, ALWAYS_THERE, RULE_NO_WAY,
      EACH(forced_flags), .argument = MOUNT_MQUEUE },
    { "mounts.tmpfs-size", PLACE, "files in memory are bounded", "allowed by policy key scratch",
      EACH(tmpfs_size) },
    { "mounts.devpts", PLACE, "terminals are bounded, the kernel has them for all",
      "allowed by policy key mounts.terminals", EACH(devpts_limits) },
};
/* clang-format on */

const struct rule_family rules_mount_options = { "mount options", rules, ARRAY_SIZE(rules) };
