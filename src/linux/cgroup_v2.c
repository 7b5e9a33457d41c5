/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_v2.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/cgroup_kill.h"
#include "agentrun/linux/device_bpf.h"

#define LIST_BYTES   512
#define EVENTS_BYTES 256

/* --- controllers ---------------------------------------------------------------------------- */

static const enum cgroup_controller enabled_controllers[] = {
    CGROUP_CPU, CGROUP_CPUSET, CGROUP_MEMORY, CGROUP_IO, CGROUP_PIDS, CGROUP_HUGETLB, CGROUP_RDMA,
};

static bool has_word(const char *list, const char *word)
{
    size_t n_word = strlen(word);

    for (const char *at = list; (at = strstr(at, word)); at += n_word)
        if ((at == list || at[-1] == ' ') && (at[n_word] == ' ' || at[n_word] == '\0'))
            return true;
    return false;
}

int cgroup_v2_missing_controllers(const char *available, const char *enabled, char *out_line,
                                  size_t n_bytes, struct error *err)
{
    char line[LIST_BYTES] = "";
    size_t n_line = 0;

    for (size_t i = 0; i < ARRAY_SIZE(enabled_controllers); i++) {
        const char *name = cgroup_controller_name(enabled_controllers[i], CGROUP_V2);
        int result;

        if (!has_word(available, name) || has_word(enabled, name))
            continue;
        result =
            io_format(line + n_line, sizeof line - n_line, err, "%s+%s", n_line ? " " : "", name);
        if (result < 0)
            return result;
        n_line += strlen(line + n_line);
    }
    return io_format(out_line, n_bytes, err, "%s", line);
}

static int enable_in(const char *mount_point, const char *path, size_t n_path, const char *line,
                     struct error *err)
{
    char file[PATH_MAX];
    int result = io_format(file, sizeof file, err, "%s%.*s/cgroup.subtree_control", mount_point,
                           (int)n_path, path);

    if (result == 0)
        result = io_write_kernel_file_at(AT_FDCWD, file, line, err);
    if (result == -EBUSY)
        return error_set(err, ERROR_SYSTEM, EBUSY,
                         "write '%s' to '%s': the group has processes of its own, and cgroup v2 "
                         "allows limits below a group only when it has none",
                         line, file);
    return result;
}

/* Hand the controllers of `line` down from the mount point to the parent of the group. The first
 * error is returned at the end: whether the group got them decides whether it matters. */
static int hand_down(const char *mount_point, const char *path, const char *line, struct error *err)
{
    int result = 0;

    for (const char *slash = path; slash; slash = strchr(slash + 1, '/')) {
        struct error ignored;

        if (result == 0)
            result = enable_in(mount_point, path, (size_t)(slash - path), line, err);
        else
            enable_in(mount_point, path, (size_t)(slash - path), line, &ignored);
    }
    return result;
}

/* The controllers that the group at `directory_fd` lacks of those that the root has. */
static int find_missing(int directory_fd, const char *available, char out_line[LIST_BYTES],
                        struct error *err)
{
    char enabled[LIST_BYTES];
    ssize_t n_read =
        io_read_kernel_file_at(directory_fd, "cgroup.controllers", enabled, sizeof enabled, err);

    if (n_read < 0)
        return (int)n_read;
    return cgroup_v2_missing_controllers(available, enabled, out_line, LIST_BYTES, err);
}

static int prepare(const struct cgroup_host *host, const struct cgroup *cgroup,
                   enum cgroup_controller controller, size_t n_kept, struct error *err)
{
    char file[PATH_MAX], available[LIST_BYTES], line[LIST_BYTES];
    const char *mount_point = host->mount_points[controller];
    int fd = cgroup->directory_fds[controller];
    int result = io_format(file, sizeof file, err, "%s/cgroup.controllers", mount_point);
    ssize_t n_read;
    struct error ignored;

    (void)n_kept;
    if (result < 0)
        return result;
    n_read = io_read_kernel_file_at(AT_FDCWD, file, available, sizeof available, err);
    if (n_read < 0)
        return (int)n_read;
    result = find_missing(fd, available, line, err);
    if (result < 0 || line[0] == '\0')
        return result;
    result = hand_down(mount_point, cgroup->path, line, err);
    if (find_missing(fd, available, line, &ignored) == 0 && line[0] == '\0')
        return 0;
    if (result == 0)
        error_set(err, ERROR_SYSTEM, ENOTSUP, "controllers cannot be enabled: %s", line);
    return error_wrap(err, "cgroup '%s'", cgroup->path);
}

static int apply_devices(const struct cgroup *cgroup, const struct cgroup_device_rule *rules,
                         size_t n_rules, struct error *err)
{
    return device_bpf_apply(cgroup_directory(cgroup, CGROUP_DEVICES), rules, n_rules, err);
}

/* --- freezer -------------------------------------------------------------------------------- */

/* Whether the content of cgroup.events says that all processes of the group are frozen. */
static int read_events(int events_fd, bool *out_frozen, struct error *err)
{
    char events[EVENTS_BYTES];
    ssize_t n_read = pread(events_fd, events, sizeof events - 1, 0);

    if (n_read < 0)
        return error_system(err, "read 'cgroup.events'");
    events[n_read] = '\0';
    *out_frozen = strstr(events, "frozen 1") != NULL;
    return 0;
}

static int open_events(const struct cgroup *cgroup, int *out_events_fd, struct error *err)
{
    int fd =
        openat(cgroup_directory(cgroup, CGROUP_FREEZER), "cgroup.events", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_system(err, "open 'cgroup.events'");
    *out_events_fd = fd;
    return 0;
}

static int freeze(const struct cgroup *cgroup, bool frozen, struct backoff *backoff,
                  struct error *err)
{
    auto_close int events_fd = -1;
    int result = open_events(cgroup, &events_fd, err);

    if (result == 0)
        result = io_write_kernel_file_at(cgroup_directory(cgroup, CGROUP_FREEZER), "cgroup.freeze",
                                         frozen ? "1" : "0", err);
    while (result == 0) {
        struct pollfd changed = { .fd = events_fd, .events = POLLPRI };
        bool is_now = false;

        result = read_events(events_fd, &is_now, err);
        if (result < 0 || is_now == frozen)
            return result;
        if (backoff_left_ms(backoff) == 0)
            return error_set(err, ERROR_SYSTEM, ETIMEDOUT, "still %s",
                             frozen ? "running" : "frozen");
        poll(&changed, 1, backoff_left_ms(backoff));
    }
    return result;
}

static int is_frozen(const struct cgroup *cgroup, bool *out_frozen, struct error *err)
{
    auto_close int events_fd = -1;
    int result = open_events(cgroup, &events_fd, err);

    return result < 0 ? result : read_events(events_fd, out_frozen, err);
}

static int kill_group(const struct cgroup *cgroup, struct error *err)
{
    int fd = cgroup_directory(cgroup, CGROUP_FREEZER);
    int result = io_write_kernel_file_at(fd, "cgroup.kill", "1", err);

    if (result == -ENOENT)
        return cgroup_kill_members(&cgroup_v2_driver, cgroup, err);
    if (result < 0)
        return result;
    /* The kernel kills frozen processes too; but what is moved into the group later would hang. */
    result = io_write_kernel_file_at(fd, "cgroup.freeze", "0", err);
    return result == -ENOENT ? 0 : result;
}

const struct cgroup_driver cgroup_v2_driver = {
    .enter_file = "cgroup.procs",
    .oom_file = "memory.events",
    .oom_controller = CGROUP_MEMORY,
    .prepare = prepare,
    .apply_devices = apply_devices,
    .freeze = freeze,
    .is_frozen = is_frozen,
    .kill = kill_group,
};
