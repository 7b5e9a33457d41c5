/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/cgroup_parse.h"
#include "agentrun/linux/cgroup_tree.h"
#include "agentrun/linux/cgroup_v1.h"
#include "agentrun/linux/cgroup_v2.h"

#define PROC_MAX_BYTES  ((size_t)64 * 1024 * 1024)
#define OOM_BYTES       512
#define FREEZE_LIMIT_MS 10000
#define REMOVE_LIMIT_MS 10000

static const char *const controller_names[N_CGROUP_CONTROLLERS] = {
    [CGROUP_CPU] = "cpu",         [CGROUP_CPUACCT] = "cpuacct",   [CGROUP_CPUSET] = "cpuset",
    [CGROUP_MEMORY] = "memory",   [CGROUP_DEVICES] = "devices",   [CGROUP_FREEZER] = "freezer",
    [CGROUP_IO] = "blkio",        [CGROUP_PIDS] = "pids",         [CGROUP_HUGETLB] = "hugetlb",
    [CGROUP_NET_CLS] = "net_cls", [CGROUP_NET_PRIO] = "net_prio", [CGROUP_RDMA] = "rdma",
};

static const struct cgroup_driver *const drivers[] = {
    [CGROUP_V1] = &cgroup_v1_driver,
    [CGROUP_V2] = &cgroup_v2_driver,
};

const char *cgroup_controller_name(enum cgroup_controller controller, enum cgroup_version version)
{
    if (controller == CGROUP_IO && version == CGROUP_V2)
        return "io";
    return controller_names[controller];
}

static int read_proc(struct arena *arena, const char *path, char **out_text, struct error *err)
{
    auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t n_bytes;

    if (fd < 0)
        return error_system(err, "open '%s'", path);
    return io_read_all(arena, fd, path, PROC_MAX_BYTES, out_text, &n_bytes, err);
}

int cgroup_discover(struct arena *arena, struct cgroup_host *out_host, struct error *err)
{
    char *mountinfo = NULL;

    if (read_proc(arena, "/proc/self/mountinfo", &mountinfo, err) < 0)
        return -err->errnum;
    cgroup_parse_host(arena, mountinfo, "", out_host);
    return 0;
}

int cgroup_discover_with_own(struct arena *arena, struct cgroup_host *out_host, struct error *err)
{
    char *mountinfo = NULL, *own_groups = NULL;

    if (read_proc(arena, "/proc/self/mountinfo", &mountinfo, err) < 0 ||
        read_proc(arena, "/proc/self/cgroup", &own_groups, err) < 0)
        return -err->errnum;
    cgroup_parse_host(arena, mountinfo, own_groups, out_host);
    return 0;
}

/* --- making and opening --------------------------------------------------------------------- */

/* Whether this controller is the one that owns the directory which it may share with others. */
static bool is_own(const struct cgroup_host *host, const struct cgroup *cgroup,
                   enum cgroup_controller controller)
{
    return host->mount_points[controller] && cgroup->same_as[controller] == controller;
}

/* A group without descriptors. */
static int begin(const struct cgroup_host *host, const char *path, struct cgroup *out_cgroup,
                 struct error *err)
{
    struct cgroup cgroup = { .version = host->version, .path = path };
    int result = cgroup_tree_check_path(path, err);

    if (result < 0)
        return result;
    if (host->version == CGROUP_NONE)
        return error_set(err, ERROR_SYSTEM, ENOTSUP, "no hierarchy of control groups is mounted");
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        cgroup.directory_fds[c] = -1;
        cgroup.same_as[c] = c;
        for (enum cgroup_controller smaller = 0; smaller < c; smaller++) {
            if (host->mount_points[c] && host->mount_points[smaller] &&
                strcmp(host->mount_points[c], host->mount_points[smaller]) == 0) {
                cgroup.same_as[c] = smaller;
                break;
            }
        }
    }
    *out_cgroup = cgroup;
    return 0;
}

static int count_pid(pid_t pid, void *context, struct error *err)
{
    (void)pid;
    (void)err;
    ++*(size_t *)context;
    return 0;
}

static int check_empty(int directory_fd, struct error *err)
{
    size_t n_pids = 0;
    int result = cgroup_tree_visit_pids(directory_fd, count_pid, &n_pids, err);

    if (result == 0 && n_pids > 0)
        return error_set(err, ERROR_SYSTEM, EEXIST,
                         "container's cgroup is not empty: %zu process(es) found", n_pids);
    return result;
}

static int check_thawed(const struct cgroup *cgroup, struct error *err)
{
    bool frozen = false;
    int result = drivers[cgroup->version]->is_frozen(cgroup, &frozen, err);

    if (result == 0 && frozen)
        return error_set(err, ERROR_SYSTEM, EEXIST, "container's cgroup unexpectedly frozen");
    return result;
}

static int make_directory(const struct cgroup_host *host, struct cgroup *cgroup,
                          enum cgroup_controller controller, size_t *n_kept, struct error *err)
{
    const char *mount_point = host->mount_points[controller];
    int result = cgroup_tree_make(mount_point, cgroup->path, n_kept, err);

    if (result == 0)
        result =
            cgroup_tree_open(mount_point, cgroup->path, &cgroup->directory_fds[controller], err);
    if (result == 0 && cgroup->path[*n_kept] == '\0')
        result = check_empty(cgroup->directory_fds[controller], err);
    if (result == 0)
        result = drivers[cgroup->version]->prepare(host, cgroup, controller, *n_kept, err);
    return result;
}

int cgroup_create(const struct cgroup_host *host, const char *path, struct cgroup *out_cgroup,
                  struct error *err)
{
    size_t n_kept[N_CGROUP_CONTROLLERS];
    struct cgroup cgroup = { 0 };
    bool was_there = false;
    int result = begin(host, path, &cgroup, err);

    if (result < 0)
        return result;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        n_kept[c] = strlen(path);
        if (result < 0 || !is_own(host, &cgroup, c))
            continue;
        result = make_directory(host, &cgroup, c, &n_kept[c], err);
        was_there |= path[n_kept[c]] == '\0';
    }
    if (result == 0 && was_there)
        result = check_thawed(&cgroup, err);
    if (result == 0) {
        *out_cgroup = cgroup;
        return 0;
    }
    cgroup_close(&cgroup);
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++)
        if (is_own(host, &cgroup, c))
            cgroup_tree_unmake(host->mount_points[c], path, n_kept[c]);
    return result;
}

int cgroup_open(const struct cgroup_host *host, const char *path, struct cgroup *out_cgroup,
                struct error *err)
{
    bool is_there = false;
    struct cgroup cgroup = { 0 };
    int result = begin(host, path, &cgroup, err);

    if (result < 0)
        return result;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        if (!is_own(host, &cgroup, c))
            continue;
        result = cgroup_tree_open(host->mount_points[c], path, &cgroup.directory_fds[c], err);
        if (result == 0)
            is_there = true;
        else if (result != -ENOENT)
            break;
    }
    if ((result < 0 && result != -ENOENT) || !is_there) {
        cgroup_close(&cgroup);
        return result;
    }
    *out_cgroup = cgroup;
    return 0;
}

void cgroup_close(struct cgroup *cgroup)
{
    if (cgroup->version == CGROUP_NONE)
        return;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        if (cgroup->directory_fds[c] >= 0)
            close(cgroup->directory_fds[c]);
        cgroup->directory_fds[c] = -1;
    }
}

int cgroup_remove(const struct cgroup_host *host, const char *path, struct error *err)
{
    struct backoff backoff = backoff_start(REMOVE_LIMIT_MS);
    struct cgroup cgroup = { 0 };
    struct error latest;
    int result = begin(host, path, &cgroup, err);

    if (result < 0)
        return result == -ENOTSUP ? 0 : result;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        if (!is_own(host, &cgroup, c) ||
            cgroup_tree_remove(host->mount_points[c], path, &backoff, &latest) == 0)
            continue;
        if (result == 0)
            *err = latest;
        result = -err->errnum;
    }
    return result;
}

int cgroup_remove_empty(const struct cgroup_host *host, const char *path, struct error *err)
{
    struct cgroup cgroup = { 0 };
    char directory[PATH_MAX];
    int result = begin(host, path, &cgroup, err);

    if (result < 0)
        return result == -ENOTSUP ? 0 : result;
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        if (!is_own(host, &cgroup, c))
            continue;
        if (io_format(directory, sizeof directory, err, "%s%s", host->mount_points[c], path) < 0)
            return -err->errnum;
        if (rmdir(directory) < 0 && errno != ENOENT)
            return error_system(err, "remove cgroup '%s'", directory);
    }
    return 0;
}

/* --- limits --------------------------------------------------------------------------------- */

static int open_for_write(const struct cgroup *cgroup, const struct cgroup_write *write,
                          int *out_fd, struct error *err)
{
    enum cgroup_controller controller = cgroup->version == CGROUP_V2 ? 0 : write->controller;
    int directory_fd = cgroup_directory(cgroup, controller), fd;

    if (write->file[0] == '\0' || write->file[0] == '.' || strchr(write->file, '/'))
        return error_set(err, ERROR_BUG, EINVAL, "cgroup '%s': '%s' is no file of a cgroup",
                         cgroup->path, write->file);
    if (directory_fd < 0)
        return error_set(err, ERROR_SYSTEM, ENOENT, "cgroup '%s': no '%s' controller for '%s'",
                         cgroup->path, cgroup_controller_name(controller, cgroup->version),
                         write->file);
    fd = openat(directory_fd, write->file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return error_system(err, "cgroup '%s': open '%s'", cgroup->path, write->file);
    *out_fd = fd;
    return 0;
}

/* One call: the kernel takes each call for a value of its own. */
static int write_value(const struct cgroup *cgroup, int fd, const struct cgroup_write *what,
                       struct error *err)
{
    size_t n_value = strlen(what->value);
    ssize_t n_written;

    do
        n_written = write(fd, what->value, n_value);
    while (n_written < 0 && errno == EINTR);
    if (n_written < 0)
        return error_system(err, "cgroup '%s': write '%.80s' to '%s'", cgroup->path, what->value,
                            what->file);
    if ((size_t)n_written < n_value)
        return error_errno(err, E2BIG, "cgroup '%s': write '%.80s…' to '%s'", cgroup->path,
                           what->value, what->file);
    return 0;
}

int cgroup_apply(const struct cgroup *cgroup, const struct cgroup_write *writes, size_t n_writes,
                 struct error *err)
{
    auto_close_late int fd = -1;

    for (size_t i = 0; i < n_writes; i++) {
        const struct cgroup_write *write = &writes[i];
        int result = 0;

        if (i > 0 && fd >= 0 && write->controller == writes[i - 1].controller &&
            strcmp(write->file, writes[i - 1].file) == 0) {
            result = write_value(cgroup, fd, write, err);
        } else {
            scope_close_late(&fd);
            fd = -1;
            result = open_for_write(cgroup, write, &fd, err);
            if (result == -ENOENT && write->may_be_missing)
                continue;
            if (result == 0)
                result = write_value(cgroup, fd, write, err);
        }
        if (result < 0 && !write->may_be_refused)
            return result;
    }
    return 0;
}

int cgroup_apply_devices(const struct cgroup *cgroup, const struct cgroup_device_rule *rules,
                         size_t n_rules, struct error *err)
{
    int result = drivers[cgroup->version]->apply_devices(cgroup, rules, n_rules, err);

    return result < 0 ? error_wrap(err, "cgroup '%s': devices", cgroup->path) : 0;
}

uint64_t cgroup_oom_kills(const struct cgroup *cgroup)
{
    const struct cgroup_driver *driver = drivers[cgroup->version];
    int directory_fd = cgroup_directory(cgroup, driver->oom_controller);
    char text[OOM_BYTES];
    struct error ignored;
    uint64_t n_kills = 0;
    char *line;

    if (directory_fd < 0 ||
        io_read_kernel_file_at(directory_fd, driver->oom_file, text, sizeof text, &ignored) < 0)
        return 0;
    line = strstr(text, "oom_kill ");
    if (!line)
        return 0;
    line += strlen("oom_kill ");
    line[strcspn(line, "\n")] = '\0';
    number_parse_unsigned(line, 0, UINT64_MAX, &n_kills, &ignored);
    return n_kills;
}

/* --- processes ------------------------------------------------------------------------------ */

static int write_pid(int directory_fd, const char *file, const char *pid, struct error *err)
{
    auto_close_late int fd = openat(directory_fd, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 || write(fd, pid, strlen(pid)) < 0)
        return error_system(err, "write '%s' to '%s'", pid, file);
    return 0;
}

/* Write a pid into `file` of each directory; "0" is the caller. */
static int move(const struct cgroup *cgroup, const char *file, const char *pid, struct error *err)
{
    /* From the last to the first: cpu comes last, since from then on the caller runs on the share
     * of the container. */
    for (int c = N_CGROUP_CONTROLLERS - 1; c >= 0; c--) {
        int result;

        if (cgroup->directory_fds[c] < 0)
            continue;
        result = write_pid(cgroup->directory_fds[c], file, pid, err);
        if (result < 0 && cgroup->version == CGROUP_V2)
            return error_wrap(err, "cgroup '%s'", cgroup->path);
        if (result < 0)
            return error_wrap(err, "cgroup '%s': %s", cgroup->path, controller_names[c]);
    }
    return 0;
}

int cgroup_enter(const struct cgroup *cgroup, struct error *err)
{
    return move(cgroup, drivers[cgroup->version]->enter_file, "0", err);
}

int cgroup_add(const struct cgroup *cgroup, pid_t pid, struct error *err)
{
    char text[16];

    snprintf(text, sizeof text, "%d", pid);
    return move(cgroup, "cgroup.procs", text, err);
}

int cgroup_clone_fd(const struct cgroup *cgroup)
{
    return cgroup->version == CGROUP_V2 ? cgroup->directory_fds[0] : -1;
}

int cgroup_freeze(const struct cgroup *cgroup, bool frozen, struct error *err)
{
    const struct cgroup_driver *driver = drivers[cgroup->version];
    struct backoff backoff = backoff_start(FREEZE_LIMIT_MS);
    int result = driver->freeze(cgroup, frozen, &backoff, err);
    struct error ignored;

    if (result == -ETIMEDOUT && frozen) {
        /* Half frozen is worse than not frozen. */
        backoff = backoff_start(0);
        driver->freeze(cgroup, false, &backoff, &ignored);
    }
    return result < 0 ? error_wrap(err, "cgroup '%s': %s", cgroup->path, frozen ? "freeze" : "thaw")
                      : 0;
}

int cgroup_is_frozen(const struct cgroup *cgroup, bool *out_frozen, struct error *err)
{
    int result = drivers[cgroup->version]->is_frozen(cgroup, out_frozen, err);

    return result < 0 ? error_wrap(err, "cgroup '%s'", cgroup->path) : 0;
}

struct pid_list {
    struct arena *arena;
    pid_t *pids;
    size_t n_pids, n_room;
};

static int append_pid(pid_t pid, void *context, struct error *err)
{
    struct pid_list *list = context;

    (void)err;
    if (pid == 0)
        return 0;
    if (list->n_pids == list->n_room) {
        size_t n_room = list->n_room ? 2 * list->n_room : 64;
        pid_t *pids = ARENA_NEW_ARRAY(list->arena, pid_t, n_room);

        if (list->n_pids)
            memcpy(pids, list->pids, list->n_pids * sizeof *pids);
        list->pids = pids;
        list->n_room = n_room;
    }
    list->pids[list->n_pids++] = pid;
    return 0;
}

int cgroup_pids(struct arena *arena, const struct cgroup *cgroup, pid_t **out_pids,
                size_t *out_n_pids, struct error *err)
{
    struct pid_list list = { .arena = arena };
    int result = cgroup_tree_visit_pids(cgroup_members_directory(cgroup), append_pid, &list, err);

    if (result < 0)
        return error_wrap(err, "cgroup '%s'", cgroup->path);
    *out_pids = list.pids;
    *out_n_pids = list.n_pids;
    return 0;
}

int cgroup_kill(const struct cgroup *cgroup, struct error *err)
{
    int result = drivers[cgroup->version]->kill(cgroup, err);

    return result < 0 ? error_wrap(err, "cgroup '%s': kill", cgroup->path) : 0;
}
