/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_mount_owners.h"

#include <inttypes.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/mount_work.h"

/* The maps of one mount, each of one id: what stands on disk (container_id, as the kernel counts),
 * and what it is seen as (host_id). */
struct owner_map {
    bool is_needed;
    struct spec_id_mapping uid, gid;
};

/* The id as the host sees it, or UINT32_MAX when the user namespace has none for it. */
static uint32_t host_id(const struct hardening *hardening, const struct spec_id_mapping *mappings,
                        size_t n_mappings, uint32_t id)
{
    if (!rule_has_user_namespace(hardening))
        return id;
    for (size_t i = 0; i < n_mappings; i++)
        if (id >= mappings[i].container_id && id - mappings[i].container_id < mappings[i].size)
            return mappings[i].host_id + (id - mappings[i].container_id);
    return UINT32_MAX;
}

/* What the program writes belongs to the owner of the source, who can read it and take it away. */
static struct owner_map owner_map_of(const struct hardening *hardening,
                                     const struct mount_work *work)
{
    const struct spec_linux *linux_spec = &hardening->spec->linux;
    const struct spec_user *user = &hardening->spec->process.user;
    struct owner_map map = { 0 };
    uint32_t uid, gid;

    if (!mount_work_is_bind(work) || !hardening->spec->has_process ||
        mount_work_is_readonly(work) || !work->source->can_be_id_mapped)
        return map;
    uid = host_id(hardening, linux_spec->uid_mappings, linux_spec->n_uid_mappings, user->uid);
    gid = host_id(hardening, linux_spec->gid_mappings, linux_spec->n_gid_mappings, user->gid);
    if (uid == UINT32_MAX || gid == UINT32_MAX)
        return map;
    map.is_needed = uid != work->source->uid || gid != work->source->gid;
    map.uid = (struct spec_id_mapping){ work->source->uid, uid, 1 };
    map.gid = (struct spec_id_mapping){ work->source->gid, gid, 1 };
    return map;
}

static bool is_map(const struct spec_id_mapping *mappings, size_t n_mappings,
                   const struct spec_id_mapping *expected)
{
    return n_mappings == 1 && mappings[0].container_id == expected->container_id &&
           mappings[0].host_id == expected->host_id && mappings[0].size == expected->size;
}

static const char *map_text(struct arena *arena, const struct spec_id_mapping *mappings,
                            size_t n_mappings)
{
    const char *text = n_mappings > 0 ? "" : NULL;

    for (size_t i = 0; i < n_mappings; i++)
        text = arena_format(arena, "%s%s%" PRIu32 ":%" PRIu32 ":%" PRIu32, text, i > 0 ? " " : "",
                            mappings[i].container_id, mappings[i].host_id, mappings[i].size);
    return text;
}

static void set_map(struct hardening *hardening, const struct rule *rule,
                    const struct mount_work *work, const char *member,
                    struct spec_id_mapping **mappings, size_t *n_mappings,
                    const struct spec_id_mapping *forced)
{
    const char *asked;

    if (!forced && *n_mappings == 0)
        return;
    if (forced && is_map(*mappings, *n_mappings, forced))
        return;
    asked = map_text(hardening->arena, *mappings, *n_mappings);
    *mappings = NULL;
    *n_mappings = 0;
    if (forced) {
        *mappings = ARENA_NEW(hardening->arena, struct spec_id_mapping);
        **mappings = *forced;
        *n_mappings = 1;
    }
    rule_report(hardening, rule, forced ? FINDING_FORCED : FINDING_DROPPED,
                mount_work_place(hardening, work, member), asked,
                map_text(hardening->arena, *mappings, *n_mappings));
}

static int owners(struct hardening *hardening, const struct rule *rule, struct mount_work *work)
{
    struct owner_map map = owner_map_of(hardening, work);
    struct spec_mount *mount = &work->mount;

    set_map(hardening, rule, work, "uidMappings", &mount->uid_mappings, &mount->n_uid_mappings,
            map.is_needed ? &map.uid : NULL);
    set_map(hardening, rule, work, "gidMappings", &mount->gid_mappings, &mount->n_gid_mappings,
            map.is_needed ? &map.gid : NULL);
    return 0;
}

static const struct rule rules[] = {
    { "mounts.idmap", "mounts", "what the program writes belongs to the owner of the source",
      RULE_NO_WAY, RULE_CREATE, .apply_to_mount = owners },
};

const struct rule_family rules_mount_owners = { "mount owners", rules, ARRAY_SIZE(rules) };
