/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_parse.h"

#include <string.h>

/* A piece of a text that somebody else owns. */
struct piece {
    const char *start;
    size_t n_bytes;
};

/* One mount of a hierarchy; all-zero: none. Both paths are as mountinfo escapes them. */
struct hierarchy_mount {
    struct piece root, point;
};

static bool is_same(struct piece one, struct piece other)
{
    return one.n_bytes == other.n_bytes && memcmp(one.start, other.start, one.n_bytes) == 0;
}

static bool is_equal(struct piece piece, const char *text)
{
    return is_same(piece, (struct piece){ text, strlen(text) });
}

/* Cut off and return what stands before the next `separator`, or everything. */
static struct piece next_field(struct piece *rest, char separator)
{
    const char *end = rest->n_bytes ? memchr(rest->start, separator, rest->n_bytes) : NULL;
    struct piece field = { rest->start, end ? (size_t)(end - rest->start) : rest->n_bytes };
    size_t n_taken = field.n_bytes + (end ? 1 : 0);

    rest->start += n_taken;
    rest->n_bytes -= n_taken;
    return field;
}

static bool has_member(struct piece list, const char *name)
{
    while (list.n_bytes)
        if (is_equal(next_field(&list, ','), name))
            return true;
    return false;
}

/* Undo the escapes of mountinfo: a backslash and three octal digits. */
static char *unescape(struct arena *arena, struct piece piece)
{
    char *text = arena_strndup(arena, piece.start, piece.n_bytes), *to = text;

    for (const char *from = text; *from; to++) {
        if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' &&
            from[2] <= '7' && from[3] >= '0' && from[3] <= '7') {
            *to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
    return text;
}

/* Choose between mounts of one hierarchy: a later one at the same place hides the earlier one; one
 * that shows the whole hierarchy is better than one that shows a part. */
static void consider(struct hierarchy_mount *chosen, struct hierarchy_mount mount)
{
    if (!chosen->point.start || is_same(mount.point, chosen->point) ||
        (is_equal(mount.root, "/") && !is_equal(chosen->root, "/")))
        *chosen = mount;
}

/* "36 35 98:0 ROOT POINT OPTIONS … - TYPE SOURCE SUPER-OPTIONS". */
static void parse_mount(struct piece line, struct hierarchy_mount v1[N_CGROUP_CONTROLLERS],
                        struct hierarchy_mount *v2)
{
    const char *end = line.start + line.n_bytes;
    const char *type_start = memmem(line.start, line.n_bytes, " - cgroup", strlen(" - cgroup"));
    struct hierarchy_mount mount;
    struct piece rest, type, options;

    if (!type_start)
        return;
    rest = (struct piece){ type_start + 3, (size_t)(end - type_start) - 3 };
    type = next_field(&rest, ' ');
    next_field(&rest, ' ');
    options = rest;
    for (int i = 0; i < 3; i++)
        next_field(&line, ' ');
    mount.root = next_field(&line, ' ');
    mount.point = next_field(&line, ' ');
    if (is_equal(type, "cgroup2"))
        consider(v2, mount);
    if (!is_equal(type, "cgroup"))
        return;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++)
        if (has_member(options, cgroup_controller_name(c, CGROUP_V1)))
            consider(&v1[c], mount);
}

/* The path in the line "ID:CONTROLLERS:PATH" of the hierarchy with that controller, or of the
 * unified one (NULL); empty when there is none. */
static struct piece find_own_path(struct piece text, const char *controller)
{
    while (text.n_bytes) {
        struct piece line = next_field(&text, '\n');
        struct piece id = next_field(&line, ':'), controllers = next_field(&line, ':');

        if (controller ? has_member(controllers, controller)
                       : is_equal(id, "0") && !controllers.n_bytes)
            return line;
    }
    return (struct piece){ "", 0 };
}

/* Where `own` lies below a mount that shows the hierarchy from `root` on; NULL if outside of it. */
static const char *below_root(struct arena *arena, struct piece own, const char *root)
{
    size_t n_root = strcmp(root, "/") == 0 ? 0 : strlen(root);

    if (!own.n_bytes || own.n_bytes < n_root || memcmp(own.start, root, n_root) != 0)
        return NULL;
    if (own.n_bytes == n_root)
        return "/";
    if (own.start[n_root] != '/')
        return NULL;
    return arena_strndup(arena, own.start + n_root, own.n_bytes - n_root);
}

static void set_hierarchy(struct arena *arena, struct hierarchy_mount mount, struct piece own,
                          struct cgroup_host *host, enum cgroup_controller controller)
{
    const char *point;

    if (!mount.point.start)
        return;
    point = unescape(arena, mount.point);
    host->own_paths[controller] = below_root(arena, own, unescape(arena, mount.root));
    /* Controllers that are mounted together are known by the same pointer. */
    for (enum cgroup_controller c = 0; c < controller; c++)
        if (host->mount_points[c] && strcmp(host->mount_points[c], point) == 0)
            point = host->mount_points[c];
    host->mount_points[controller] = point;
}

/* Where the limits are decides: a lone net_cls hierarchy beside a unified one changes nothing. */
static enum cgroup_version find_version(const struct hierarchy_mount v1[N_CGROUP_CONTROLLERS],
                                        const struct hierarchy_mount *v2)
{
    if (v1[CGROUP_MEMORY].point.start || v1[CGROUP_PIDS].point.start || v1[CGROUP_CPU].point.start)
        return CGROUP_V1;
    if (v2->point.start)
        return CGROUP_V2;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++)
        if (v1[c].point.start)
            return CGROUP_V1;
    return CGROUP_NONE;
}

void cgroup_parse_host(struct arena *arena, const char *mountinfo, const char *own_groups,
                       struct cgroup_host *out_host)
{
    struct hierarchy_mount v1[N_CGROUP_CONTROLLERS] = { 0 }, v2 = { 0 };
    struct piece mounts = { mountinfo, strlen(mountinfo) };
    struct piece groups = { own_groups, strlen(own_groups) };
    struct cgroup_host host = { 0 };

    while (mounts.n_bytes)
        parse_mount(next_field(&mounts, '\n'), v1, &v2);
    host.version = find_version(v1, &v2);
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        const char *name = cgroup_controller_name(c, CGROUP_V1);

        if (host.version == CGROUP_V2)
            set_hierarchy(arena, v2, find_own_path(groups, NULL), &host, c);
        else
            set_hierarchy(arena, v1[c], find_own_path(groups, name), &host, c);
    }
    *out_host = host;
}
