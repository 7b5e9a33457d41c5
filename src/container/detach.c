/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/detach.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/id_map.h"
#include "agentrun/linux/mount.h"

/* Longer maps have broken kernels (CVE-2018-18955); five lines are what fits in one of its nodes.
 */
#define MAP_TEXT_BYTES 256

void detached_init(struct arena *arena, const struct plan *plan, struct detached *out_detached)
{
    *out_detached = (struct detached){
        .root_fd = -1,
        .mount_fds = ARENA_NEW_ARRAY(arena, int, plan->n_mounts),
        .n_mounts = plan->n_mounts,
    };
    memset(out_detached->mount_fds, -1, plan->n_mounts * sizeof(int));
    memset(out_detached->cgroup_fds, -1, sizeof out_detached->cgroup_fds);
}

static int detach_root(const struct plan *plan, struct detached *detached, struct error *err)
{
    const struct mount_attributes tree = {
        .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (plan->root_readonly ? MOUNT_ATTR_RDONLY : 0),
        .propagation = MS_PRIVATE,
    };
    int result = mount_clone_changed(plan->descriptors[plan->root].fd, "", &tree, true,
                                     &detached->root_fd, err);

    return result < 0 ? error_wrap(err, "root '%s'", plan->root_path) : 0;
}

static int map_text(const struct plan_id_mapping *mappings, size_t n_mappings, char *out_text,
                    struct error *err)
{
    size_t used = 0;

    for (size_t i = 0; i < n_mappings; i++) {
        int length = snprintf(out_text + used, MAP_TEXT_BYTES - used, "%u %u %u\n",
                              mappings[i].container_id, mappings[i].host_id, mappings[i].size);

        if (length < 0 || used + (size_t)length >= MAP_TEXT_BYTES)
            return error_set(err, ERROR_SPEC, E2BIG, "too many id mappings");
        used += (size_t)length;
    }
    return 0;
}

/* One user namespace, and so one short-lived process, serves all mounts with the same maps. */
struct shared_map {
    char uid_map[MAP_TEXT_BYTES], gid_map[MAP_TEXT_BYTES];
    int user_namespace_fd;
};

static int find_map(const struct plan_mount *mount, struct shared_map *map, struct error *err)
{
    struct shared_map wanted = { .user_namespace_fd = -1 };

    if (map_text(mount->uid_mappings, mount->n_uid_mappings, wanted.uid_map, err) < 0 ||
        map_text(mount->gid_mappings, mount->n_gid_mappings, wanted.gid_map, err) < 0)
        return -err->errnum;
    if (map->user_namespace_fd >= 0 && strcmp(map->uid_map, wanted.uid_map) == 0 &&
        strcmp(map->gid_map, wanted.gid_map) == 0)
        return 0;
    if (id_map_namespace(wanted.uid_map, wanted.gid_map, &wanted.user_namespace_fd, err) < 0)
        return -err->errnum;
    scope_close(&map->user_namespace_fd);
    *map = wanted;
    return 0;
}

static int map_ids(const struct plan_mount *mount, int mount_fd, struct shared_map *map,
                   struct error *err)
{
    struct mount_attributes attributes = { .set = MOUNT_ATTR_IDMAP };

    if (find_map(mount, map, err) < 0)
        return -err->errnum;
    attributes.user_namespace_fd = map->user_namespace_fd;
    return mount_change(mount_fd, &attributes, mount->id_mapping_recursive, err);
}

static int detach_bind(const struct plan *plan, const struct plan_mount *mount,
                       struct shared_map *map, int *out_fd, struct error *err)
{
    bool one_mount = !mount->recursive;
    const struct mount_attributes tree = {
        .set = mount->set_recursive | (one_mount ? mount->set : 0),
        .clear = mount->clear_recursive | (one_mount ? mount->clear : 0),
        .propagation = MS_PRIVATE,
    };
    const struct mount_attributes top = {
        .set = mount->set & ~tree.set,
        .clear = mount->clear & ~tree.clear,
    };
    int result = mount_clone_changed(plan->descriptors[mount->source].fd, "", &tree,
                                     mount->recursive, out_fd, err);

    if (result == 0 && mount->id_mapped)
        result = map_ids(mount, *out_fd, map, err);
    if (result == 0)
        result = mount_change(*out_fd, &top, false, err);
    if (result < 0)
        return error_wrap(err, "%s: '%s'", mount->place, plan->descriptors[mount->source].path);
    return 0;
}

/* What a program may want to know of its own limits and use. Nothing can be learned from the
 * others.
 */
static bool is_shown(const struct cgroup *cgroup, enum cgroup_controller controller)
{
    return cgroup->version == CGROUP_V2 ||
           (controller != CGROUP_DEVICES && controller != CGROUP_FREEZER);
}

static int detach_cgroups(const struct cgroup *cgroup, struct detached *detached, struct error *err)
{
    for (int i = 0; i < N_CGROUP_CONTROLLERS; i++) {
        int result;

        if (cgroup->directory_fds[i] < 0 || cgroup->same_as[i] != (enum cgroup_controller)i ||
            !is_shown(cgroup, (enum cgroup_controller)i))
            continue;
        result = mount_clone(cgroup->directory_fds[i], "", false, &detached->cgroup_fds[i], err);
        if (result < 0)
            return error_wrap(err, "cgroup '%s'", cgroup->path);
    }
    return 0;
}

int detach_mounts(const struct plan *plan, const struct cgroup *cgroup, struct detached *detached,
                  struct error *err)
{
    struct shared_map map = { .user_namespace_fd = -1 };
    int result = detach_root(plan, detached, err);

    for (size_t i = 0; i < plan->n_mounts && result == 0; i++) {
        if (plan->mounts[i].kind == PLAN_MOUNT_BIND)
            result = detach_bind(plan, &plan->mounts[i], &map, &detached->mount_fds[i], err);
        else if (plan->mounts[i].kind == PLAN_MOUNT_CGROUP && cgroup->version != CGROUP_NONE)
            result = detach_cgroups(cgroup, detached, err);
    }
    scope_close(&map.user_namespace_fd);
    return result;
}

void detached_close(struct detached *detached)
{
    scope_close(&detached->root_fd);
    for (size_t i = 0; i < detached->n_mounts; i++)
        scope_close(&detached->mount_fds[i]);
    for (int i = 0; i < N_CGROUP_CONTROLLERS; i++)
        scope_close(&detached->cgroup_fds[i]);
    detached->n_mounts = 0;
}
