/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_mount_list.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/mount_work.h"
#include "agentrun/policy/path.h"

static int too_many(struct hardening *hardening, const struct rule *rule)
{
    if (hardening->n_mounts <= hardening->policy->mounts.max_mounts)
        return 0;
    return rule_refuse(hardening, rule, NULL, "%zu mounts, more than %zu", hardening->n_mounts,
                       hardening->policy->mounts.max_mounts);
}

/* Take out what is dropped, so that the rest of the rules see the list as it will be. */
static void compact(struct hardening *hardening)
{
    size_t n_kept = 0;

    for (size_t i = 0; i < hardening->n_mounts; i++)
        if (!hardening->mounts[i].is_dropped)
            hardening->mounts[n_kept++] = hardening->mounts[i];
    hardening->n_mounts = n_kept;
}

/* Of two mounts at one place only the later one is ever seen. */
static int duplicates(struct hardening *hardening, const struct rule *rule)
{
    compact(hardening);
    for (size_t i = 0; i < hardening->n_mounts; i++) {
        struct mount_work *work = &hardening->mounts[i];

        for (size_t j = i + 1; j < hardening->n_mounts && !work->is_dropped; j++)
            if (strcmp(work->mount.destination, hardening->mounts[j].mount.destination) == 0) {
                rule_report(hardening, rule, FINDING_DROPPED, mount_work_place(hardening, work, ""),
                            work->mount.destination, NULL);
                work->is_dropped = true;
            }
    }
    compact(hardening);
    return 0;
}

/* Does `outer` lie around `inner`, and not at the same place? */
static bool is_around(const struct mount_work *outer, const struct mount_work *inner)
{
    return path_is_within(inner->mount.destination, outer->mount.destination) &&
           strcmp(inner->mount.destination, outer->mount.destination) != 0;
}

/* The first mount after i that lies around mounts[i], or n_mounts. */
static size_t later_ancestor(const struct hardening *hardening, size_t i)
{
    size_t j = i + 1;

    while (j < hardening->n_mounts && !is_around(&hardening->mounts[j], &hardening->mounts[i]))
        j++;
    return j;
}

/* Move mounts[from] to a place before it; those between move up by one. */
static void move_before(struct hardening *hardening, size_t from, size_t to)
{
    struct mount_work moved = hardening->mounts[from];

    memmove(&hardening->mounts[to + 1], &hardening->mounts[to],
            (from - to) * sizeof hardening->mounts[0]);
    hardening->mounts[to] = moved;
}

static int order(struct hardening *hardening, const struct rule *rule)
{
    for (size_t i = 0; i < hardening->n_mounts;) {
        size_t j = later_ancestor(hardening, i);

        if (j == hardening->n_mounts) {
            i++;
            continue;
        }
        if (hardening->mounts[j].origin >= 0)
            rule_report(hardening, rule, FINDING_FORCED,
                        mount_work_place(hardening, &hardening->mounts[j], ""),
                        hardening->mounts[j].mount.destination,
                        arena_format(hardening->arena, "before %s",
                                     hardening->mounts[i].mount.destination));
        move_before(hardening, j, i);
    }
    return 0;
}

static bool is_there(const struct hardening *hardening, const struct mount_place *place)
{
    for (size_t i = 0; i < hardening->n_mounts; i++)
        if (strcmp(hardening->mounts[i].mount.destination, place->destination) == 0)
            return true;
    return false;
}

/* As early as can be, so that mounts which reach the place through a link of the image come after
 * it: right behind the last mount that lies around it. */
static void insert(struct hardening *hardening, const struct mount_place *place)
{
    size_t to = 0;

    for (size_t i = 0; i < hardening->n_mounts; i++)
        if (path_is_within(place->destination, hardening->mounts[i].mount.destination))
            to = i + 1;
    hardening->mounts[hardening->n_mounts] = mount_work_new(hardening, place);
    move_before(hardening, hardening->n_mounts++, to);
}

/* Scratch space may be what the caller likes, the rest not. */
static int add_missing(struct hardening *hardening, const struct rule *rule)
{
    size_t n_places;
    const struct mount_place *places = mount_place_table(&n_places);
    struct mount_work *list =
        ARENA_NEW_ARRAY(hardening->arena, struct mount_work, hardening->n_mounts + n_places);

    if (hardening->n_mounts > 0)
        memcpy(list, hardening->mounts, hardening->n_mounts * sizeof *list);
    hardening->mounts = list;
    for (size_t i = 0; i < n_places; i++) {
        if (!places[i].is_always_there || places[i].may_be_bind != (bool)rule->argument ||
            is_there(hardening, &places[i]))
            continue;
        rule_report(
            hardening, rule, FINDING_FORCED, NULL, NULL,
            arena_format(hardening->arena, "%s at %s", places[i].type, places[i].destination));
        insert(hardening, &places[i]);
    }
    return 0;
}

static const struct rule count_rules[] = {
    { "mounts.too-many", "mounts", "mounting takes time and memory of the host's kernel",
      "allowed by policy key mounts.max_mounts", RULE_CREATE, .apply = too_many },
};

static const struct rule rules[] = {
    { "mounts.duplicate", "mounts", "of two mounts at one place only the last is seen", RULE_NO_WAY,
      RULE_CREATE, .apply = duplicates },
    { "mounts.order", "mounts", "no mount hides another", RULE_NO_WAY, RULE_CREATE,
      .apply = order },
    { "mounts.missing", "mounts", "every container has its own /proc and /dev", RULE_NO_WAY,
      RULE_CREATE, .apply = add_missing, .argument = false },
    { "mounts.scratch", "mounts", "programs need room to write, and get it in bounded memory",
      "allowed by policy key scratch", RULE_CREATE, .apply = add_missing, .argument = true },
};

const struct rule_family rules_mount_count = { "mount count", count_rules,
                                               ARRAY_SIZE(count_rules) };
const struct rule_family rules_mount_list = { "mount list", rules, ARRAY_SIZE(rules) };
