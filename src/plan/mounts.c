/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/mounts.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"
#include "agentrun/plan/mount_options.h"

/* What a mount is by its type, when it is no bind. */
static const struct type_rule {
    const char *type;
    enum plan_mount_kind kind;
    bool made_at_home;  /* shows the network namespace that it was made in */
    bool takes_context; /* SELinux: labelled as a whole when it is made */
    uint64_t set;
} type_rules[] = {
    { "proc", PLAN_MOUNT_FILESYSTEM, true, false, 0 },
    { "sysfs", PLAN_MOUNT_FILESYSTEM, true, false, 0 },
    { "tmpfs", PLAN_MOUNT_FILESYSTEM, false, true, 0 },
    { "cgroup", PLAN_MOUNT_CGROUP, false, false, MOUNT_ATTR_RDONLY },
    { "cgroup2", PLAN_MOUNT_CGROUP, false, false, MOUNT_ATTR_RDONLY },
};

static const struct plan_option dev_options[] = { { "mode", "755" }, { "size", "65536k" } };

/* What the kernel does anyway; to say so would be one more system call for each. */
static const struct {
    const char *type;
    struct plan_option option;
} defaults[] = {
    { "tmpfs", { "mode", "1777" } },
    { "devpts", { "newinstance", NULL } },
};

static const struct type_rule *find_type(const char *type)
{
    for (size_t i = 0; i < ARRAY_SIZE(type_rules); i++) {
        if (strcmp(type_rules[i].type, type) == 0)
            return &type_rules[i];
    }
    return NULL;
}

static int place_error(struct arena *arena, const struct spec *spec, const char *place,
                       const char *member, int errnum, struct error *err, const char *why)
{
    return spec_error(spec, ERROR_SPEC, errnum, arena_format(arena, "%s.%s", place, member), err,
                      "%s", why);
}

static const struct plan_id_mapping *copy_mappings(struct arena *arena,
                                                   const struct spec_id_mapping *mappings, size_t n)
{
    struct plan_id_mapping *copy = ARENA_NEW_ARRAY(arena, struct plan_id_mapping, n);

    for (size_t i = 0; i < n; i++) {
        copy[i] = (struct plan_id_mapping){ mappings[i].container_id, mappings[i].host_id,
                                            mappings[i].size };
    }
    return copy;
}

/* `idmap` without mappings of its own means those of the container's user namespace. */
static int add_id_mappings(struct arena *arena, const struct spec *spec,
                           const struct spec_mount *from, struct plan_mount *mount,
                           struct error *err)
{
    const struct spec_linux *section = &spec->linux;

    if (from->n_uid_mappings || from->n_gid_mappings) {
        mount->id_mapped = true;
        mount->uid_mappings = copy_mappings(arena, from->uid_mappings, from->n_uid_mappings);
        mount->n_uid_mappings = from->n_uid_mappings;
        mount->gid_mappings = copy_mappings(arena, from->gid_mappings, from->n_gid_mappings);
        mount->n_gid_mappings = from->n_gid_mappings;
    } else if (mount->id_mapped) {
        mount->uid_mappings = copy_mappings(arena, section->uid_mappings, section->n_uid_mappings);
        mount->n_uid_mappings = section->n_uid_mappings;
        mount->gid_mappings = copy_mappings(arena, section->gid_mappings, section->n_gid_mappings);
        mount->n_gid_mappings = section->n_gid_mappings;
    }
    if (mount->id_mapped && (!mount->n_uid_mappings || !mount->n_gid_mappings))
        return place_error(arena, spec, mount->place, "uidMappings", EINVAL, err,
                           "an id-mapped mount needs mappings for users and for groups");
    return 0;
}

static bool is_default(const char *type, const struct plan_option *option)
{
    for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
        const struct plan_option *usual = &defaults[i].option;

        if (strcmp(defaults[i].type, type) != 0 || strcmp(usual->key, option->key) != 0)
            continue;
        return usual->value && option->value ? strcmp(usual->value, option->value) == 0
                                             : usual->value == option->value;
    }
    return false;
}

static bool has_key(const struct plan_option *options, size_t n_options, const char *key)
{
    for (size_t i = 0; i < n_options; i++) {
        if (strcmp(options[i].key, key) == 0)
            return true;
    }
    return false;
}

/* An option that is repeated stays: the last one counts. */
static void drop_defaults(struct arena *arena, struct plan_mount *mount)
{
    struct plan_option *kept = ARENA_NEW_ARRAY(arena, struct plan_option, mount->n_options);
    size_t n_kept = 0;

    for (size_t i = 0; i < mount->n_options; i++) {
        const struct plan_option *option = &mount->options[i];

        if (!is_default(mount->filesystem_type, option) || has_key(kept, n_kept, option->key))
            kept[n_kept++] = *option;
    }
    mount->options = kept;
    mount->n_options = n_kept;
}

static void add_context(struct arena *arena, const char *label, struct plan_mount *mount)
{
    struct plan_option *options = ARENA_NEW_ARRAY(arena, struct plan_option, mount->n_options + 1);

    if (mount->n_options)
        memcpy(options, mount->options, mount->n_options * sizeof *options);
    options[mount->n_options++] = (struct plan_option){ "context", label };
    mount->options = options;
}

static int add_filesystem(struct arena *arena, const struct spec *spec,
                          const struct spec_mount *from, struct plan_mount *mount,
                          struct error *err)
{
    const struct type_rule *rule;

    if (!from->type)
        return place_error(arena, spec, mount->place, "type", EINVAL, err,
                           "missing, and no option makes it a bind mount");
    rule = find_type(from->type);
    mount->kind = rule ? rule->kind : PLAN_MOUNT_FILESYSTEM;
    mount->filesystem_type = from->type;
    drop_defaults(arena, mount);
    if (!rule)
        return 0;
    mount->made_at_home = rule->made_at_home;
    mount->set |= rule->set;
    if (rule->takes_context && spec->linux.mount_label)
        add_context(arena, spec->linux.mount_label, mount);
    if (strcmp(from->type, "tmpfs") == 0 && strcmp(mount->target, "/dev") == 0)
        mount->kind = PLAN_MOUNT_DEV;
    return 0;
}

static int add_mount(struct arena *arena, const struct plan_request *request, size_t index,
                     int source_descriptor, struct plan_mount *mount, struct error *err)
{
    const struct spec *spec = request->spec;
    const struct spec_mount *from = &spec->mounts[index];
    int result;

    mount->place = arena_format(arena, "mounts[%zu]", index);
    mount->target = path_clean(arena, from->destination);
    if (strcmp(mount->target, "/") == 0)
        return place_error(arena, spec, mount->place, "destination", EINVAL, err,
                           "nothing may be mounted over the root");
    result = mount_options_apply(arena, spec, from, mount->place, mount, err);
    if (result < 0)
        return result;
    result = add_id_mappings(arena, spec, from, mount, err);
    if (result < 0)
        return result;
    mount->source = source_descriptor;
    if (!mount_options_bind(from))
        return add_filesystem(arena, spec, from, mount, err);
    if (source_descriptor < 0)
        return place_error(arena, spec, mount->place, "source", ENOENT, err,
                           "the source of a bind mount is missing");
    mount->kind = PLAN_MOUNT_BIND;
    mount->target_is_file = request->sources_are_files[index];
    return 0;
}

/* The specification wants the default devices in every container. */
static void add_dev(struct plan_mount *mount)
{
    *mount = (struct plan_mount){
        .kind = PLAN_MOUNT_DEV,
        .place = "mounts",
        .target = "/dev",
        .source = -1,
        .filesystem_type = "tmpfs",
        .options = dev_options,
        .n_options = ARRAY_SIZE(dev_options),
        .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
    };
}

static bool has_dev(struct arena *arena, const struct spec *spec)
{
    for (size_t i = 0; i < spec->n_mounts; i++) {
        if (strcmp(path_clean(arena, spec->mounts[i].destination), "/dev") == 0)
            return true;
    }
    return false;
}

/* What linux.maskedPaths and linux.readonlyPaths have in common. */
struct path_list {
    const char *name;
    const char **paths;
    size_t n_paths;
    enum plan_mount_kind kind;
};

static void add_paths(struct arena *arena, const struct path_list *list, struct plan_mount *mounts,
                      size_t *n_mounts)
{
    for (size_t i = 0; i < list->n_paths; i++)
        mounts[(*n_mounts)++] = (struct plan_mount){
            .kind = list->kind,
            .place = arena_format(arena, "linux.%s[%zu]", list->name, i),
            .target = path_clean(arena, list->paths[i]),
            .source = -1,
        };
}

int mounts_build(struct arena *arena, const struct plan_request *request,
                 const int *source_descriptors, struct plan *plan, struct error *err)
{
    const struct spec *spec = request->spec;
    const struct spec_linux *section = &spec->linux;
    const struct path_list lists[] = {
        { "readonlyPaths", section->readonly_paths, section->n_readonly_paths,
          PLAN_MOUNT_READONLY },
        { "maskedPaths", section->masked_paths, section->n_masked_paths, PLAN_MOUNT_MASK },
    };
    size_t n_mounts = 0;
    struct plan_mount *mounts =
        ARENA_NEW_ARRAY(arena, struct plan_mount,
                        1 + spec->n_mounts + section->n_readonly_paths + section->n_masked_paths);

    if (!has_dev(arena, spec))
        add_dev(&mounts[n_mounts++]);
    for (size_t i = 0; i < spec->n_mounts; i++) {
        int result = add_mount(arena, request, i, source_descriptors[i], &mounts[n_mounts++], err);

        if (result < 0)
            return result;
    }
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        add_paths(arena, &lists[i], mounts, &n_mounts);
    plan->mounts = mounts;
    plan->n_mounts = n_mounts;
    return 0;
}
