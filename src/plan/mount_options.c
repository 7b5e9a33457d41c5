/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/mount_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "agentrun/base/scope.h"

#define ATTRIBUTE(name, set, clear)                                                                \
    {                                                                                              \
        name, MOUNT_OPTION_ATTRIBUTE, set, clear, false                                            \
    }
#define ATTRIBUTE_RECURSIVE(name, set, clear)                                                      \
    {                                                                                              \
        name, MOUNT_OPTION_ATTRIBUTE, set, clear, true                                             \
    }
#define PROPAGATION(name, flag, recursive)                                                         \
    {                                                                                              \
        name, MOUNT_OPTION_PROPAGATION, flag, 0, recursive                                         \
    }
#define OTHER(name, kind, recursive)                                                               \
    {                                                                                              \
        name, kind, 0, 0, recursive                                                                \
    }

/* Times of access are one field of three values: to set any, the field is cleared first. */
#define ATIME MOUNT_ATTR__ATIME

/* clang-format off */
static const struct mount_option table[] = {
    OTHER("async", MOUNT_OPTION_NOTHING, false),
    ATTRIBUTE("atime", MOUNT_ATTR_RELATIME, ATIME),
    OTHER("bind", MOUNT_OPTION_BIND, false),
    OTHER("defaults", MOUNT_OPTION_NOTHING, false),
    ATTRIBUTE("dev", 0, MOUNT_ATTR_NODEV),
    ATTRIBUTE("diratime", 0, MOUNT_ATTR_NODIRATIME),
    OTHER("dirsync", MOUNT_OPTION_SUPERBLOCK, false),
    ATTRIBUTE("exec", 0, MOUNT_ATTR_NOEXEC),
    OTHER("idmap", MOUNT_OPTION_ID_MAPPING, false),
    OTHER("iversion", MOUNT_OPTION_NOTHING, false),
    OTHER("lazytime", MOUNT_OPTION_SUPERBLOCK, false),
    OTHER("loud", MOUNT_OPTION_NOTHING, false),
    OTHER("mand", MOUNT_OPTION_NOTHING, false),
    ATTRIBUTE("noatime", MOUNT_ATTR_NOATIME, ATIME),
    ATTRIBUTE("nodev", MOUNT_ATTR_NODEV, 0),
    ATTRIBUTE("nodiratime", MOUNT_ATTR_NODIRATIME, 0),
    ATTRIBUTE("noexec", MOUNT_ATTR_NOEXEC, 0),
    OTHER("noiversion", MOUNT_OPTION_NOTHING, false),
    OTHER("nolazytime", MOUNT_OPTION_SUPERBLOCK, false),
    OTHER("nomand", MOUNT_OPTION_NOTHING, false),
    ATTRIBUTE("norelatime", MOUNT_ATTR_RELATIME, ATIME),
    ATTRIBUTE("nostrictatime", MOUNT_ATTR_RELATIME, ATIME),
    ATTRIBUTE("nosuid", MOUNT_ATTR_NOSUID, 0),
    ATTRIBUTE("nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0),
    PROPAGATION("private", MS_PRIVATE, false),
    ATTRIBUTE_RECURSIVE("ratime", MOUNT_ATTR_RELATIME, ATIME),
    OTHER("rbind", MOUNT_OPTION_BIND, true),
    ATTRIBUTE_RECURSIVE("rdev", 0, MOUNT_ATTR_NODEV),
    ATTRIBUTE_RECURSIVE("rdiratime", 0, MOUNT_ATTR_NODIRATIME),
    ATTRIBUTE("relatime", MOUNT_ATTR_RELATIME, ATIME),
    OTHER("remount", MOUNT_OPTION_REFUSED, false),
    ATTRIBUTE_RECURSIVE("rexec", 0, MOUNT_ATTR_NOEXEC),
    OTHER("ridmap", MOUNT_OPTION_ID_MAPPING, true),
    ATTRIBUTE_RECURSIVE("rnoatime", MOUNT_ATTR_NOATIME, ATIME),
    ATTRIBUTE_RECURSIVE("rnodev", MOUNT_ATTR_NODEV, 0),
    ATTRIBUTE_RECURSIVE("rnodiratime", MOUNT_ATTR_NODIRATIME, 0),
    ATTRIBUTE_RECURSIVE("rnoexec", MOUNT_ATTR_NOEXEC, 0),
    ATTRIBUTE_RECURSIVE("rnorelatime", MOUNT_ATTR_RELATIME, ATIME),
    ATTRIBUTE_RECURSIVE("rnostrictatime", MOUNT_ATTR_RELATIME, ATIME),
    ATTRIBUTE_RECURSIVE("rnosuid", MOUNT_ATTR_NOSUID, 0),
    ATTRIBUTE_RECURSIVE("rnosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0),
    ATTRIBUTE("ro", MOUNT_ATTR_RDONLY, 0),
    PROPAGATION("rprivate", MS_PRIVATE, true),
    ATTRIBUTE_RECURSIVE("rrelatime", MOUNT_ATTR_RELATIME, ATIME),
    ATTRIBUTE_RECURSIVE("rro", MOUNT_ATTR_RDONLY, 0),
    ATTRIBUTE_RECURSIVE("rrw", 0, MOUNT_ATTR_RDONLY),
    PROPAGATION("rshared", MS_SHARED, true),
    PROPAGATION("rslave", MS_SLAVE, true),
    ATTRIBUTE_RECURSIVE("rstrictatime", MOUNT_ATTR_STRICTATIME, ATIME),
    ATTRIBUTE_RECURSIVE("rsuid", 0, MOUNT_ATTR_NOSUID),
    ATTRIBUTE_RECURSIVE("rsymfollow", 0, MOUNT_ATTR_NOSYMFOLLOW),
    PROPAGATION("runbindable", MS_UNBINDABLE, true),
    ATTRIBUTE("rw", 0, MOUNT_ATTR_RDONLY),
    PROPAGATION("shared", MS_SHARED, false),
    OTHER("silent", MOUNT_OPTION_NOTHING, false),
    PROPAGATION("slave", MS_SLAVE, false),
    ATTRIBUTE("strictatime", MOUNT_ATTR_STRICTATIME, ATIME),
    ATTRIBUTE("suid", 0, MOUNT_ATTR_NOSUID),
    ATTRIBUTE("symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW),
    OTHER("sync", MOUNT_OPTION_SUPERBLOCK, false),
    OTHER("tmpcopyup", MOUNT_OPTION_COPY_UP, false),
    PROPAGATION("unbindable", MS_UNBINDABLE, false),
};
/* clang-format on */

const struct mount_option *mount_option_table(size_t *out_n_options)
{
    *out_n_options = ARRAY_SIZE(table);
    return table;
}

static int compare_name(const void *text, const void *row)
{
    return strcmp(text, ((const struct mount_option *)row)->name);
}

const struct mount_option *mount_option_find(const char *text)
{
    return bsearch(text, table, ARRAY_SIZE(table), sizeof table[0], compare_name);
}

static bool has_type(const struct spec_mount *mount, const char *type)
{
    return mount->type && strcmp(mount->type, type) == 0;
}

bool mount_options_bind(const struct spec_mount *mount)
{
    for (size_t i = 0; i < mount->n_options; i++) {
        const struct mount_option *option = mount_option_find(mount->options[i]);

        if (option && option->kind == MOUNT_OPTION_BIND)
            return true;
    }
    return has_type(mount, "bind") || has_type(mount, "rbind");
}

bool mount_options_recursive(const struct spec_mount *mount)
{
    for (size_t i = mount->n_options; i > 0; i--) {
        const struct mount_option *option = mount_option_find(mount->options[i - 1]);

        if (option && option->kind == MOUNT_OPTION_BIND)
            return option->recursive;
    }
    return has_type(mount, "rbind");
}

static void apply_attribute(const struct mount_option *option, uint64_t *set, uint64_t *clear)
{
    *set = (*set & ~option->clear) | option->set;
    *clear = (*clear & ~(option->set & ~ATIME)) | option->clear;
}

/* "key=value" or "key". */
static struct plan_option data_option(struct arena *arena, const char *text)
{
    const char *equals = strchr(text, '=');

    if (!equals)
        return (struct plan_option){ .key = text };
    return (struct plan_option){ .key = arena_strndup(arena, text, (size_t)(equals - text)),
                                 .value = equals + 1 };
}

static void apply_row(const struct mount_option *option, struct plan_mount *mount)
{
    switch (option->kind) {
    case MOUNT_OPTION_ATTRIBUTE:
        if (option->recursive)
            apply_attribute(option, &mount->set_recursive, &mount->clear_recursive);
        else
            apply_attribute(option, &mount->set, &mount->clear);
        break;
    case MOUNT_OPTION_PROPAGATION:
        mount->propagation = option->set;
        mount->propagation_recursive = option->recursive;
        break;
    case MOUNT_OPTION_BIND:
        mount->recursive = option->recursive;
        break;
    case MOUNT_OPTION_ID_MAPPING:
        mount->id_mapped = true;
        mount->id_mapping_recursive = option->recursive;
        break;
    case MOUNT_OPTION_COPY_UP:
        mount->copy_up = true;
        break;
    case MOUNT_OPTION_NOTHING:
    case MOUNT_OPTION_SUPERBLOCK:
    case MOUNT_OPTION_REFUSED:
        break;
    }
}

int mount_options_apply(struct arena *arena, const struct spec *spec,
                        const struct spec_mount *mount, const char *place,
                        struct plan_mount *out_mount, struct error *err)
{
    struct plan_option *data = ARENA_NEW_ARRAY(arena, struct plan_option, mount->n_options);
    bool is_bind = mount_options_bind(mount);

    out_mount->recursive = has_type(mount, "rbind");
    out_mount->options = data;
    for (size_t i = 0; i < mount->n_options; i++) {
        const char *text = mount->options[i];
        const struct mount_option *option = mount_option_find(text);

        if (option && option->kind == MOUNT_OPTION_REFUSED)
            return spec_error(spec, ERROR_SPEC, ENOTSUP,
                              arena_format(arena, "%s.options[%zu]", place, i), err,
                              "the option '%s' is not supported", text);
        if (option)
            apply_row(option, out_mount);
        if (!is_bind && (!option || option->kind == MOUNT_OPTION_SUPERBLOCK))
            data[out_mount->n_options++] = data_option(arena, text);
    }
    return 0;
}
