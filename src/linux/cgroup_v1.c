/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_v1.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/cgroup_kill.h"
#include "agentrun/linux/cgroup_tree.h"

#define CPUSET_BYTES 4096

/* --- cpuset: a group without processors and memory nodes can hold no process ----------------- */

/* Give the file of this directory the value of the directory above when it is empty, and that one
 * before when it is empty too. The hierarchy's root never is. `value` is a buffer. Returns whether
 * it was empty. */
static int inherit(int directory_fd, const char *file, char value[CPUSET_BYTES], int depth,
                   struct error *err)
{
    ssize_t n_read = io_read_kernel_file_at(directory_fd, file, value, CPUSET_BYTES, err);
    auto_close int parent_fd = -1;
    int result;

    if (n_read != 0)
        return n_read < 0 ? (int)n_read : 0;
    if (depth == 0)
        return error_set(err, ERROR_SYSTEM, ELOOP, "'%s' is empty in all groups above", file);
    parent_fd = openat(directory_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (parent_fd < 0)
        return error_system(err, "open the group above");
    result = inherit(parent_fd, file, value, depth - 1, err);
    if (result >= 0)
        result = io_write_kernel_file_at(directory_fd, file, value, err);
    return result < 0 ? result : 1;
}

/* Let groups that will be made below the new parents start with their values, which saves reading
 * and writing them for each container. */
static int clone_to_children(int directory_fd, size_t n_new_parents, struct error *err)
{
    auto_close int fd = -1;
    int result;

    if (n_new_parents == 0)
        return 0;
    fd = openat(directory_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, "open the group above");
    result = io_write_kernel_file_at(fd, "cgroup.clone_children", "1", err);
    return result < 0 ? result : clone_to_children(fd, n_new_parents - 1, err);
}

static int prepare(const struct cgroup_host *host, const struct cgroup *cgroup,
                   enum cgroup_controller controller, size_t n_kept, struct error *err)
{
    int fd = cgroup->directory_fds[controller], result;
    size_t n_new_parents = 0;
    char value[CPUSET_BYTES];

    (void)host;
    if (cgroup->same_as[CGROUP_CPUSET] != controller)
        return 0;
    for (const char *at = cgroup->path + n_kept; *at; at++)
        n_new_parents += *at == '/';
    result = clone_to_children(fd, n_new_parents > 0 ? n_new_parents - 1 : 0, err);
    if (result == 0)
        result = inherit(fd, "cpuset.mems", value, CGROUP_TREE_MAX_DEPTH, err);
    /* If the kernel filled in the one for a new group, it filled in the other. */
    if (result > 0 || (result == 0 && cgroup->path[n_kept] == '\0'))
        result = inherit(fd, "cpuset.cpus", value, CGROUP_TREE_MAX_DEPTH, err);
    return result < 0 ? error_wrap(err, "cgroup '%s': cpuset", cgroup->path) : 0;
}

/* --- devices -------------------------------------------------------------------------------- */

static bool is_same_or_any(int64_t number, int64_t other)
{
    return number < 0 || number == other;
}

/* Whether every device of `rule` is one of `wider`. */
static bool covers(const struct cgroup_device_rule *wider, const struct cgroup_device_rule *rule)
{
    return (wider->type == 'a' || wider->type == rule->type) &&
           is_same_or_any(wider->major, rule->major) && is_same_or_any(wider->minor, rule->minor);
}

/* Whether some device is one of both. */
static bool overlaps(const struct cgroup_device_rule *one, const struct cgroup_device_rule *other)
{
    return (one->type == 'a' || one->type == other->type) &&
           (is_same_or_any(one->major, other->major) || other->major < 0) &&
           (is_same_or_any(one->minor, other->minor) || other->minor < 0);
}

int cgroup_v1_reduce_rule(const struct cgroup_device_rule *rules, size_t n_rules, size_t index,
                          char type, struct cgroup_device_rule *out_rule, struct error *err)
{
    struct cgroup_device_rule rule = rules[index];

    rule.type = type;
    for (size_t i = index + 1; i < n_rules; i++) {
        const struct cgroup_device_rule *later = &rules[i];
        bool denies =
            !later->allow && ((later->read && rule.read) || (later->write && rule.write) ||
                              (later->mknod && rule.mknod));

        if (!denies || !overlaps(later, &rule))
            continue;
        if (!covers(later, &rule))
            return error_set(err, ERROR_SPEC, ENOTSUP,
                             "device rule %zu denies only some of the devices that rule %zu "
                             "allows, which cgroup v1 cannot express",
                             i, index);
        rule.read = rule.read && !later->read;
        rule.write = rule.write && !later->write;
        rule.mknod = rule.mknod && !later->mknod;
    }
    *out_rule = rule;
    return 0;
}

static void format_number(int64_t number, char out_text[24])
{
    if (number < 0)
        snprintf(out_text, 24, "*");
    else
        snprintf(out_text, 24, "%" PRId64, number);
}

static int allow_devices(int fd, const struct cgroup_device_rule *rule, struct error *err)
{
    char major[24], minor[24], line[64];
    int n_line;

    if (!rule->read && !rule->write && !rule->mknod)
        return 0;
    format_number(rule->major, major);
    format_number(rule->minor, minor);
    n_line = snprintf(line, sizeof line, "%c %s:%s %s%s%s", rule->type, major, minor,
                      rule->read ? "r" : "", rule->write ? "w" : "", rule->mknod ? "m" : "");
    if (write(fd, line, (size_t)n_line) < 0)
        return error_system(err, "write '%s' to 'devices.allow'", line);
    return 0;
}

static int apply_devices(const struct cgroup *cgroup, const struct cgroup_device_rule *rules,
                         size_t n_rules, struct error *err)
{
    int directory_fd = cgroup_directory(cgroup, CGROUP_DEVICES), result;
    auto_close_late int fd = -1;

    if (directory_fd < 0)
        return error_set(err, ERROR_SYSTEM, ENOTSUP, "the host has no devices controller");
    result = io_write_kernel_file_at(directory_fd, "devices.deny", "a", err);
    if (result < 0)
        return result;
    fd = openat(directory_fd, "devices.allow", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(err, "open 'devices.allow'");
    for (size_t i = 0; i < n_rules; i++) {
        for (const char *type = "bc"; *type && rules[i].allow; type++) {
            struct cgroup_device_rule rule = { 0 };

            if (rules[i].type != 'a' && rules[i].type != *type)
                continue;
            result = cgroup_v1_reduce_rule(rules, n_rules, i, *type, &rule, err);
            if (result == 0)
                result = allow_devices(fd, &rule, err);
            if (result < 0)
                return result;
        }
    }
    return 0;
}

/* --- freezer -------------------------------------------------------------------------------- */

/* "THAWED", "FREEZING" (some processes run yet) or "FROZEN". */
static int read_freezer(const struct cgroup *cgroup, char out_state[16], struct error *err)
{
    ssize_t n_read = io_read_kernel_file_at(cgroup_directory(cgroup, CGROUP_FREEZER),
                                            "freezer.state", out_state, 16, err);

    return n_read < 0 ? (int)n_read : 0;
}

static int freeze(const struct cgroup *cgroup, bool frozen, struct backoff *backoff,
                  struct error *err)
{
    const char *wanted = frozen ? "FROZEN" : "THAWED";
    int directory_fd = cgroup_directory(cgroup, CGROUP_FREEZER);
    char state[16];

    if (directory_fd < 0)
        return error_set(err, ERROR_SYSTEM, ENOTSUP, "the host has no freezer controller");
    do {
        /* Written again each time: a process that was born meanwhile may have been missed. */
        int result = io_write_kernel_file_at(directory_fd, "freezer.state", wanted, err);
        if (result == 0)
            result = read_freezer(cgroup, state, err);
        if (result < 0 || strcmp(state, wanted) == 0)
            return result;
    } while (backoff_wait(backoff));
    return error_set(err, ERROR_SYSTEM, ETIMEDOUT, "still %s", state);
}

static int is_frozen(const struct cgroup *cgroup, bool *out_frozen, struct error *err)
{
    char state[16] = "THAWED";
    int result = 0;

    if (cgroup_directory(cgroup, CGROUP_FREEZER) >= 0)
        result = read_freezer(cgroup, state, err);
    if (result == 0)
        *out_frozen = strcmp(state, "THAWED") != 0;
    return result;
}

static int kill_group(const struct cgroup *cgroup, struct error *err)
{
    return cgroup_kill_members(&cgroup_v1_driver, cgroup, err);
}

const struct cgroup_driver cgroup_v1_driver = {
    .enter_file = "tasks",
    .oom_file = "memory.oom_control",
    .oom_controller = CGROUP_MEMORY,
    .prepare = prepare,
    .apply_devices = apply_devices,
    .freeze = freeze,
    .is_frozen = is_frozen,
    .kill = kill_group,
};
