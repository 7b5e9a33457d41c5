/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/cgroups.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agentrun/base/path.h"
#include "agentrun/plan/cgroups_v1.h"
#include "agentrun/plan/cgroups_v2.h"

#define FIRST_ROOM 16

/* --- the path ------------------------------------------------------------------------------- */

/* "slice:prefix:id". */
static bool is_systemd_form(const char *path)
{
    const char *colon = strchr(path, ':');

    return *path != '/' && colon && strchr(colon + 1, ':');
}

/* The directory that relative paths count from. The controllers of v1 may hold this process in
 * different groups; that of memory, the most important, decides for all. */
static const char *base_directory(struct arena *arena, const struct cgroup_host *host)
{
    const char *own = host->own_paths[CGROUP_MEMORY];

    for (int i = 0; !own && i < N_CGROUP_CONTROLLERS; i++)
        own = host->own_paths[i];
    if (!own)
        own = "/";
    return host->version == CGROUP_V2 ? path_join(arena, own, "..") : own;
}

int cgroups_path(struct arena *arena, const struct spec *spec, const struct cgroup_host *host,
                 const char *id, const char **out_path, struct error *err)
{
    const char *asked = spec->linux.cgroups_path, *path;

    if (!asked || !*asked)
        asked = id;
    if (is_systemd_form(asked))
        return spec_error(spec, ERROR_SPEC, ENOTSUP, "linux.cgroupsPath", err,
                          "'%s' names a unit of systemd, which is not supported", asked);
    path = *asked == '/' ? path_clean(arena, asked)
                         : path_join(arena, base_directory(arena, host), path_clean(arena, asked));
    if (strcmp(path, "/") == 0)
        return spec_error(spec, ERROR_SPEC, EINVAL, "linux.cgroupsPath", err,
                          "'%s' is the root group", asked);
    *out_path = path;
    return 0;
}

/* --- collecting writes ---------------------------------------------------------------------- */

static void grow(struct cgroup_writes *writes)
{
    size_t n_room = writes->n_room ? 2 * writes->n_room : FIRST_ROOM;
    struct cgroup_write *grown = ARENA_NEW_ARRAY(writes->arena, struct cgroup_write, n_room);

    if (writes->n_writes)
        memcpy(grown, writes->writes, writes->n_writes * sizeof *grown);
    writes->writes = grown;
    writes->n_room = n_room;
}

static void add(struct cgroup_writes *writes, const struct cgroup_write *write)
{
    if (writes->result < 0)
        return;
    if (!writes->host->mount_points[write->controller]) {
        /* A limit that cannot be enforced must not be taken for one that holds. */
        if (!write->may_be_missing)
            writes->result = error_set(
                writes->err, ERROR_SYSTEM, ENOTSUP,
                "linux.resources: this host has no control group controller for '%s'", write->file);
        return;
    }
    if (writes->n_writes == writes->n_room)
        grow(writes);
    writes->writes[writes->n_writes++] = *write;
}

void cgroups_write(struct cgroup_writes *writes, enum cgroup_controller controller,
                   const char *file, const char *value)
{
    add(writes, &(struct cgroup_write){ controller, file, value, false, false });
}

void cgroups_write_if_present(struct cgroup_writes *writes, enum cgroup_controller controller,
                              const char *file, const char *value)
{
    add(writes, &(struct cgroup_write){ controller, file, value, true, false });
}

void cgroups_write_early(struct cgroup_writes *writes, enum cgroup_controller controller,
                         const char *file, const char *value)
{
    if (!writes->is_new)
        add(writes, &(struct cgroup_write){ controller, file, value, false, true });
}

const char *cgroups_number(struct cgroup_writes *writes, int64_t value, const char *unlimited)
{
    return value < 0 ? unlimited : arena_format(writes->arena, "%" PRId64, value);
}

void cgroups_fail(struct cgroup_writes *writes, int errnum, const char *place, const char *format,
                  ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list arguments;

    if (writes->result < 0)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    writes->result = spec_error(writes->spec, ERROR_SPEC, errnum, place, writes->err, "%s", text);
}

int cgroups_build_writes(struct arena *arena, const struct spec *spec,
                         const struct cgroup_host *host, bool is_new, struct plan_cgroup *cgroup,
                         struct error *err)
{
    struct cgroup_writes writes = {
        .arena = arena, .spec = spec, .host = host, .is_new = is_new, .err = err
    };

    if (host->version == CGROUP_NONE)
        return error_set(err, ERROR_SYSTEM, ENOTSUP,
                         "no hierarchy of control groups is mounted: limits cannot be enforced");
    if (host->version == CGROUP_V2)
        cgroups_v2_build(&writes);
    else
        cgroups_v1_build(&writes);
    if (writes.result < 0)
        return writes.result;
    cgroup->writes = writes.writes;
    cgroup->n_writes = writes.n_writes;
    return 0;
}
