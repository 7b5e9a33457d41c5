/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/mount_work.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"

static const struct {
    const char *type;
    enum mount_class class;
} types[] = {
    { "bind", MOUNT_BIND },     { "rbind", MOUNT_BIND },    { "tmpfs", MOUNT_TMPFS },
    { "proc", MOUNT_PROC },     { "sysfs", MOUNT_SYSFS },   { "devpts", MOUNT_DEVPTS },
    { "mqueue", MOUNT_MQUEUE }, { "cgroup", MOUNT_CGROUP }, { "cgroup2", MOUNT_CGROUP },
};

static enum mount_class class_of(const struct spec_mount *mount)
{
    for (size_t i = 0; i < mount->n_options; i++)
        if (strcmp(mount->options[i], "bind") == 0 || strcmp(mount->options[i], "rbind") == 0)
            return MOUNT_BIND;
    for (size_t i = 0; mount->type && i < ARRAY_SIZE(types); i++)
        if (strcmp(types[i].type, mount->type) == 0)
            return types[i].class;
    return MOUNT_OTHER;
}

static const struct fact_file *source_of(const struct hardening *hardening, size_t i)
{
    const struct facts *facts = hardening->facts;

    if (i >= facts->n_mount_sources)
        return NULL;
    if (facts->mount_sources[i].errnum == 0 && !facts->mount_sources[i].resolved_path)
        return NULL;
    return &facts->mount_sources[i];
}

void mount_work_load(struct hardening *hardening)
{
    const struct spec *spec = hardening->spec;

    hardening->mounts = ARENA_NEW_ARRAY(hardening->arena, struct mount_work, spec->n_mounts);
    hardening->n_mounts = spec->n_mounts;
    for (size_t i = 0; i < spec->n_mounts; i++) {
        struct mount_work *work = &hardening->mounts[i];

        work->mount = spec->mounts[i];
        work->origin = (int)i;
        work->class = class_of(&spec->mounts[i]);
        if (work->class == MOUNT_BIND)
            work->source = source_of(hardening, i);
    }
}

void mount_work_store(struct hardening *hardening, int **out_origins)
{
    struct spec *spec = hardening->spec;
    int *origins = ARENA_NEW_ARRAY(hardening->arena, int, hardening->n_mounts);

    spec->mounts = ARENA_NEW_ARRAY(hardening->arena, struct spec_mount, hardening->n_mounts);
    spec->n_mounts = 0;
    for (size_t i = 0; i < hardening->n_mounts; i++) {
        if (hardening->mounts[i].is_dropped)
            continue;
        origins[spec->n_mounts] = hardening->mounts[i].origin;
        spec->mounts[spec->n_mounts++] = hardening->mounts[i].mount;
    }
    *out_origins = origins;
}

bool mount_work_is_bind(const struct mount_work *work)
{
    return !work->is_dropped && work->class == MOUNT_BIND;
}

bool mount_work_is_recursive(const struct mount_work *work)
{
    if (work->class != MOUNT_BIND)
        return false;
    /* As for the plan, the last word counts. */
    for (size_t i = work->mount.n_options; i > 0; i--) {
        if (strcmp(work->mount.options[i - 1], "rbind") == 0)
            return true;
        if (strcmp(work->mount.options[i - 1], "bind") == 0)
            return false;
    }
    return work->mount.type && strcmp(work->mount.type, "rbind") == 0;
}

const char *mount_work_place(const struct hardening *hardening, const struct mount_work *work,
                             const char *member)
{
    if (work->origin < 0)
        return "mounts";
    return arena_format(hardening->arena, "mounts[%d]%s%s", work->origin, *member ? "." : "",
                        member);
}

struct mount_work mount_work_new(struct hardening *hardening, const struct mount_place *place)
{
    struct mount_work work = { .origin = -1, .class = place->class, .place = place };

    work.mount.destination = place->destination;
    work.mount.type = place->type;
    work.mount.source = place->source;
    for (size_t i = 0; i < ARRAY_SIZE(place->options) && place->options[i]; i++)
        mount_work_set_option(hardening, &work, place->options[i]);
    return work;
}

void mount_work_replace(struct hardening *hardening, struct mount_work *work)
{
    *work = mount_work_new(hardening, work->place);
}

size_t mount_work_drop_options(struct hardening *hardening, struct mount_work *work,
                               bool (*is_unwanted)(const struct mount_work *work,
                                                   const char *option))
{
    struct spec_mount *mount = &work->mount;
    size_t n_kept = 0, n_dropped = 0;
    const char **kept;

    for (size_t i = 0; i < mount->n_options; i++)
        n_dropped += is_unwanted(work, mount->options[i]);
    if (n_dropped == 0)
        return 0;
    kept = ARENA_NEW_ARRAY(hardening->arena, const char *, mount->n_options - n_dropped);
    for (size_t i = 0; i < mount->n_options; i++)
        if (!is_unwanted(work, mount->options[i]))
            kept[n_kept++] = mount->options[i];
    mount->options = kept;
    mount->n_options = n_kept;
    return n_dropped;
}

/* Bytes of an option that name it: all, or up to and with the "=". */
static size_t key_bytes(const char *option)
{
    size_t n_bytes = strcspn(option, "=");

    return option[n_bytes] == '=' ? n_bytes + 1 : n_bytes;
}

static bool has_key(const char *option, const char *key, size_t n_bytes)
{
    return key_bytes(option) == n_bytes && strncmp(option, key, n_bytes) == 0;
}

void mount_work_set_option(struct hardening *hardening, struct mount_work *work, const char *option)
{
    struct spec_mount *mount = &work->mount;
    const char **options = ARENA_NEW_ARRAY(hardening->arena, const char *, mount->n_options + 1);
    size_t n_options = 0;

    for (size_t i = 0; i < mount->n_options; i++)
        if (!has_key(mount->options[i], option, key_bytes(option)))
            options[n_options++] = mount->options[i];
    options[n_options++] = option;
    mount->options = options;
    mount->n_options = n_options;
}

/* Drop exactly this option. Returns whether it was there. */
static bool drop_option(struct hardening *hardening, struct mount_work *work, const char *option)
{
    struct spec_mount *mount = &work->mount;
    const char **kept = ARENA_NEW_ARRAY(hardening->arena, const char *, mount->n_options);
    size_t n_asked = mount->n_options, n_kept = 0;

    for (size_t i = 0; i < mount->n_options; i++)
        if (strcmp(mount->options[i], option) != 0)
            kept[n_kept++] = mount->options[i];
    mount->options = kept;
    mount->n_options = n_kept;
    return n_kept < n_asked;
}

bool mount_work_force_flag(struct hardening *hardening, struct mount_work *work, const char *flag)
{
    const char *opposite = mount_word_opposite(flag);
    bool is_changed = false;

    if (opposite && mount_work_has_option(work, opposite))
        is_changed = drop_option(hardening, work, opposite);
    if (!mount_work_has_option(work, flag)) {
        mount_work_set_option(hardening, work, flag);
        is_changed = true;
    }
    return is_changed;
}

const char *mount_work_option_value(const struct mount_work *work, const char *key)
{
    const char *value = NULL;

    for (size_t i = 0; i < work->mount.n_options; i++)
        if (has_key(work->mount.options[i], key, strlen(key)))
            value = work->mount.options[i] + strlen(key);
    return value;
}

bool mount_work_has_option(const struct mount_work *work, const char *option)
{
    for (size_t i = 0; i < work->mount.n_options; i++)
        if (strcmp(work->mount.options[i], option) == 0)
            return true;
    return false;
}

bool mount_work_is_readonly(const struct mount_work *work)
{
    bool is_readonly = false;

    for (size_t i = 0; i < work->mount.n_options; i++) {
        if (strcmp(work->mount.options[i], "ro") == 0)
            is_readonly = true;
        else if (strcmp(work->mount.options[i], "rw") == 0)
            is_readonly = false;
    }
    return is_readonly || mount_work_has_option(work, "rro");
}

static const char *options_text(struct arena *arena, const struct spec_mount *mount)
{
    size_t n_bytes = 1;
    char *text, *end;

    if (mount->n_options == 0)
        return "none";
    for (size_t i = 0; i < mount->n_options; i++)
        n_bytes += strlen(mount->options[i]) + 1;
    text = end = arena_alloc(arena, n_bytes);
    for (size_t i = 0; i < mount->n_options; i++) {
        size_t n_option_bytes = strlen(mount->options[i]);

        if (i > 0)
            *end++ = ',';
        memcpy(end, mount->options[i], n_option_bytes);
        end += n_option_bytes;
    }
    return text;
}

void mount_work_report_options(struct hardening *hardening, const struct rule *rule,
                               enum finding_action action, const struct mount_work *work,
                               const struct spec_mount *asked)
{
    if (work->origin >= 0)
        rule_report(hardening, rule, action, mount_work_place(hardening, work, "options"),
                    options_text(hardening->arena, asked),
                    options_text(hardening->arena, &work->mount));
}
