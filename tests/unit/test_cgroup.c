/* SPDX-License-Identifier: Apache-2.0
 *
 * Control groups of this host, made and removed for real. Needs root and a writable hierarchy;
 * every case is skipped otherwise.
 */
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/linux/cgroup_driver.h"
#include "agentrun/linux/cgroup_kill.h"
#include "agentrun/linux/cgroup_v1.h"
#include "agentrun/linux/cgroup_v2.h"
#include "cgroup_fixture.h"

/* Whether the text of /proc/self/cgroup has the group in each hierarchy that is used. */
static bool is_inside(const struct fixture *f, const char *text)
{
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        char wanted[160];

        if (!f->host.mount_points[c] || f->cgroup.same_as[c] != c)
            continue;
        if (f->host.version == CGROUP_V2)
            snprintf(wanted, sizeof wanted, "0::%s\n", f->path);
        else
            snprintf(wanted, sizeof wanted, "%s:%s\n", cgroup_controller_name(c, CGROUP_V1),
                     f->path);
        if (!strstr(text, wanted))
            return false;
    }
    return true;
}

static void test_discover_this_host_finds_limits(void **state)
{
    struct fixture *f = needed(state);

    assert_int_not_equal(f->host.version, CGROUP_NONE);
    assert_non_null(f->host.mount_points[CGROUP_MEMORY]);
}

static void test_apply_limits_are_read_back(void **state)
{
    struct fixture *f = needed(state);
    bool v1 = f->host.version == CGROUP_V1;
    struct cgroup_write writes[] = {
        { CGROUP_MEMORY, v1 ? "memory.limit_in_bytes" : "memory.max", "16777216", false, false },
        { CGROUP_PIDS, "pids.max", "13", false, false },
        { CGROUP_PIDS, "pids.max", "12", false, false },
        { CGROUP_PIDS, "pids.future", "1", true, false },
        { CGROUP_PIDS, "pids.max", "many", false, true },
    };
    char text[64];

    assert_done(f, cgroup_apply(&f->cgroup, writes, ARRAY_SIZE(writes), &f->err));
    assert_true(io_read_kernel_file_at(cgroup_directory(&f->cgroup, CGROUP_PIDS), "pids.max", text,
                                       sizeof text, &f->err) > 0);
    assert_string_equal(text, "12");
    assert_true(io_read_kernel_file_at(cgroup_directory(&f->cgroup, CGROUP_MEMORY), writes[0].file,
                                       text, sizeof text, &f->err) > 0);
    assert_string_equal(text, "16777216");
}

static void test_apply_bad_value_names_file_and_value(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup_write write = { CGROUP_PIDS, "pids.max", "many", true, false };

    assert_int_equal(cgroup_apply(&f->cgroup, &write, 1, &f->err), -EINVAL);
    assert_non_null(strstr(f->err.text, "write 'many' to 'pids.max'"));
}

static void test_apply_missing_file_fails_unless_allowed(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup_write write = { CGROUP_PIDS, "pids.future", "1", false, false };

    assert_int_equal(cgroup_apply(&f->cgroup, &write, 1, &f->err), -ENOENT);
    assert_non_null(strstr(f->err.text, "pids.future"));
}

static void test_apply_path_as_file_is_refused(void **state)
{
    struct cgroup_write writes[] = {
        { CGROUP_PIDS, "../pids.max", "1", true, false },
        { CGROUP_PIDS, "x/pids.max", "1", true, false },
        { CGROUP_PIDS, "", "1", true, false },
    };
    struct fixture *f = needed(state);

    for (size_t i = 0; i < ARRAY_SIZE(writes); i++)
        assert_int_equal(cgroup_apply(&f->cgroup, &writes[i], 1, &f->err), -EINVAL);
}

static void test_enter_moves_into_every_hierarchy(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = checked_fork();
    int status;

    if (pid == 0) {
        char text[4096];

        if (cgroup_enter(&f->cgroup, &f->err) < 0 ||
            io_read_kernel_file_at(AT_FDCWD, "/proc/self/cgroup", text, sizeof text - 1, &f->err) <
                0)
            _exit(1);
        strcat(text, "\n");
        _exit(is_inside(f, text) ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void test_add_moves_another_process(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = start_member(f), *pids;
    size_t n_pids;

    assert_done(f, cgroup_pids(&f->arena, &f->cgroup, &pids, &n_pids, &f->err));
    assert_int_equal(n_pids, 1);
    assert_int_equal(pids[0], pid);
    kill(pid, SIGKILL);
    assert_killed(pid);
    assert_int_equal(cgroup_add(&f->cgroup, pid, &f->err), -ESRCH);
}

static void test_create_group_with_process_is_refused(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = start_member(f);
    struct cgroup other = { 0 };

    assert_int_equal(cgroup_create(&f->host, f->path, &other, &f->err), -EEXIST);
    assert_string_equal(f->err.text, "container's cgroup is not empty: 1 process(es) found");
    assert_int_equal(other.version, CGROUP_NONE);
    /* So is a group with the process further down. */
    assert_int_equal(cgroup_create(&f->host, f->top, &other, &f->err), -EEXIST);
    /* The group itself is untouched by the refusals. */
    assert_done(f, cgroup_open(&f->host, f->path, &other, &f->err));
    cgroup_close(&other);
    assert_done(f, cgroup_kill(&f->cgroup, &f->err));
    assert_killed(pid);
}

static void test_clone_into_group_makes_a_member(void **state)
{
    struct fixture *f = needed(state);
    struct clone_args arguments = {
        .flags = CLONE_INTO_CGROUP,
        .exit_signal = SIGCHLD,
        .cgroup = (uint64_t)cgroup_clone_fd(&f->cgroup),
    };
    pid_t pid, *pids;
    size_t n_pids;

    assert_true(cgroup_clone_fd(&f->cgroup) >= 0);
    pid = sys_clone3(&arguments);
    assert_true(pid >= 0);
    if (pid == 0)
        for (;;)
            pause();
    assert_done(f, cgroup_pids(&f->arena, &f->cgroup, &pids, &n_pids, &f->err));
    assert_int_equal(n_pids, 1);
    assert_int_equal(pids[0], pid);
    assert_done(f, cgroup_kill(&f->cgroup, &f->err));
    assert_killed(pid);
}

/* v2 gives no limits to groups beside processes of the parent. */
static void test_create_below_processes_is_refused_and_leaves_nothing(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = start_member(f);
    struct cgroup inner;
    char path[128];

    snprintf(path, sizeof path, "%s/inner", f->path);
    assert_int_equal(cgroup_create(&f->host, path, &inner, &f->err), -EBUSY);
    assert_non_null(strstr(f->err.text, "the group has processes of its own"));
    assert_int_equal(cgroup_open(&f->host, path, &inner, &f->err), -ENOENT);
    assert_done(f, cgroup_kill(&f->cgroup, &f->err));
    assert_killed(pid);
}

static void test_create_empty_group_is_taken_over(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup other;

    assert_done(f, cgroup_create(&f->host, f->path, &other, &f->err));
    cgroup_close(&other);
}

static void test_create_frozen_group_is_refused(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup other;

    assert_done(f, cgroup_freeze(&f->cgroup, true, &f->err));
    assert_int_equal(cgroup_create(&f->host, f->path, &other, &f->err), -EEXIST);
    assert_string_equal(f->err.text, "container's cgroup unexpectedly frozen");
    assert_done(f, cgroup_freeze(&f->cgroup, false, &f->err));
}

static void test_create_bad_path_is_refused(void **state)
{
    static const char *const paths[] = { "", "/", "a", "/a/../b", "/..", "/a//b", "/a/", "/./a" };
    struct fixture *f = needed(state);
    struct cgroup other;

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        assert_int_equal(cgroup_create(&f->host, paths[i], &other, &f->err), -EINVAL);
        assert_int_equal(cgroup_open(&f->host, paths[i], &other, &f->err), -EINVAL);
        assert_int_equal(cgroup_remove(&f->host, paths[i], &f->err), -EINVAL);
    }
}

static void test_create_failing_leaves_nothing(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup_host host = f->host;
    struct cgroup other;
    char path[128];

    if (f->host.version != CGROUP_V1)
        skip();
    snprintf(path, sizeof path, "%s/new/deep", f->top);
    /* The last hierarchy is a file system that takes no directories. */
    host.mount_points[CGROUP_RDMA] = "/proc";
    assert_true(cgroup_create(&host, path, &other, &f->err) < 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(cgroup_open(&f->host, path, &other, &f->err), -ENOENT);
    /* The parents that were there stay. */
    assert_done(f, cgroup_open(&f->host, f->top, &other, &f->err));
    cgroup_close(&other);
}

static void test_freeze_and_thaw_are_seen(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = start_member(f);
    bool frozen;

    assert_done(f, cgroup_freeze(&f->cgroup, true, &f->err));
    assert_done(f, cgroup_is_frozen(&f->cgroup, &frozen, &f->err));
    assert_true(frozen);
    assert_done(f, cgroup_freeze(&f->cgroup, false, &f->err));
    assert_done(f, cgroup_is_frozen(&f->cgroup, &frozen, &f->err));
    assert_false(frozen);
    assert_done(f, cgroup_kill(&f->cgroup, &f->err));
    assert_killed(pid);
}

static void test_kill_frozen_group_ends_and_thaws(void **state)
{
    struct fixture *f = needed(state);
    pid_t pid = start_member(f);
    bool frozen;

    assert_done(f, cgroup_freeze(&f->cgroup, true, &f->err));
    assert_done(f, cgroup_kill(&f->cgroup, &f->err));
    assert_killed(pid);
    assert_done(f, cgroup_is_frozen(&f->cgroup, &frozen, &f->err));
    assert_false(frozen);
}

#define BOMB_PIDS  200  /* at a time: limited by the group */
#define BOMB_FORKS 3000 /* in all: should the group fail to limit them */

/* Fork as often as possible; each child does the same. */
static void explode(atomic_int *n_forks)
{
    for (;;) {
        pid_t pid = atomic_load(n_forks) < BOMB_FORKS ? fork() : -1;

        if (pid > 0)
            atomic_fetch_add(n_forks, 1);
        else if (pid < 0)
            sched_yield();
    }
}

/* Whatever is killed one by one makes room for a new process. */
static void kill_bomb(struct fixture *f, int (*kill_group)(struct fixture *f))
{
    struct cgroup_write limit = { CGROUP_PIDS, "pids.max", "200", false, false };
    atomic_int *n_forks =
        mmap(NULL, sizeof *n_forks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t n_pids = 0;
    pid_t pid, *pids;

    assert_ptr_not_equal(n_forks, MAP_FAILED);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    assert_done(f, cgroup_apply(&f->cgroup, &limit, 1, &f->err));
    pid = checked_fork();
    if (pid == 0) {
        if (cgroup_enter(&f->cgroup, &f->err) == 0)
            explode(n_forks);
        _exit(1);
    }
    while (n_pids < BOMB_PIDS) {
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        assert_done(f, cgroup_pids(&f->arena, &f->cgroup, &pids, &n_pids, &f->err));
    }
    assert_done(f, kill_group(f));
    assert_killed(pid);
    /* The others end at their own pace: removal waits for them, and fails if one lives. */
    assert_done(f, cgroup_remove(&f->host, f->path, &f->err));
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    munmap(n_forks, sizeof *n_forks);
}

static int kill_as_usual(struct fixture *f)
{
    return cgroup_kill(&f->cgroup, &f->err);
}

static int kill_by_members(struct fixture *f)
{
    return cgroup_kill_members(f->host.version == CGROUP_V1 ? &cgroup_v1_driver : &cgroup_v2_driver,
                               &f->cgroup, &f->err);
}

static int never_freeze(const struct cgroup *cgroup, bool frozen, struct backoff *backoff,
                        struct error *err)
{
    (void)cgroup;
    (void)frozen;
    (void)backoff;
    return error_set(err, ERROR_SYSTEM, ENOTSUP, "no freezer");
}

static int kill_without_freezer(struct fixture *f)
{
    struct cgroup_driver driver = { .freeze = never_freeze };

    return cgroup_kill_members(&driver, &f->cgroup, &f->err);
}

static void test_kill_fork_bomb_leaves_nobody(void **state)
{
    kill_bomb(needed(state), kill_as_usual);
}

static void test_kill_members_fork_bomb_leaves_nobody(void **state)
{
    kill_bomb(needed(state), kill_by_members);
}

static void test_kill_without_freezer_fork_bomb_leaves_nobody(void **state)
{
    kill_bomb(needed(state), kill_without_freezer);
}

static void test_pids_and_remove_reach_groups_below(void **state)
{
    struct fixture *f = needed(state);
    struct cgroup below;
    size_t n_pids;
    pid_t pid = start_waiting_process(), *pids;
    char path[160];

    /* v2 has processes in leaves only. */
    snprintf(path, sizeof path, "%s/x/y", f->top);
    assert_done(f, cgroup_create(&f->host, path, &below, &f->err));
    assert_done(f, cgroup_add(&below, pid, &f->err));
    cgroup_close(&below);
    *strrchr(path, '/') = '\0';
    assert_done(f, cgroup_open(&f->host, path, &below, &f->err));
    assert_done(f, cgroup_pids(&f->arena, &below, &pids, &n_pids, &f->err));
    assert_int_equal(n_pids, 1);
    assert_int_equal(pids[0], pid);
    assert_done(f, cgroup_kill(&below, &f->err));
    assert_killed(pid);
    cgroup_close(&below);
    assert_done(f, cgroup_remove(&f->host, path, &f->err));
    assert_int_equal(cgroup_open(&f->host, path, &below, &f->err), -ENOENT);
    /* What is gone already is no error. */
    assert_done(f, cgroup_remove(&f->host, path, &f->err));
}

static void test_oom_kills_are_counted(void **state)
{
    struct fixture *f = needed(state);
    bool v1 = f->host.version == CGROUP_V1;
    struct cgroup_write writes[] = {
        { CGROUP_MEMORY, v1 ? "memory.limit_in_bytes" : "memory.max", "8388608", false, false },
        { CGROUP_MEMORY, v1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max",
          v1 ? "8388608" : "0", true, false },
    };
    pid_t pid;

    assert_done(f, cgroup_apply(&f->cgroup, writes, ARRAY_SIZE(writes), &f->err));
    assert_int_equal(cgroup_oom_kills(&f->cgroup), 0);
    pid = checked_fork();
    if (pid == 0) {
        if (cgroup_enter(&f->cgroup, &f->err) < 0)
            _exit(1);
        for (int n_mib = 0; n_mib < 64; n_mib++)
            memset(mmap(NULL, 1 << 20, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, 1 << 20);
        _exit(2);
    }
    assert_killed(pid);
    assert_int_equal(cgroup_oom_kills(&f->cgroup), 1);
}

/* The open(2) of a process in the group: 0 or errno. */
static int open_inside(struct fixture *f, const char *path, int flags)
{
    pid_t pid = checked_fork();
    int status;

    if (pid == 0) {
        if (cgroup_enter(&f->cgroup, &f->err) < 0)
            _exit(255);
        _exit(open(path, flags | O_CLOEXEC) < 0 ? errno : 0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_devices_only_allowed_ones_open(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { false, 'a', -1, -1, true, true, true },
        { true, 'c', 1, 3, true, true, true },
        { true, 'c', 1, 5, true, false, false },
    };
    struct fixture *f = needed(state);

    assert_int_equal(open_inside(f, "/dev/full", O_RDWR), 0);
    assert_done(f, cgroup_apply_devices(&f->cgroup, rules, ARRAY_SIZE(rules), &f->err));
    assert_int_equal(open_inside(f, "/dev/null", O_RDWR), 0);
    assert_int_equal(open_inside(f, "/dev/zero", O_RDONLY), 0);
    assert_int_equal(open_inside(f, "/dev/zero", O_RDWR), EPERM);
    assert_int_equal(open_inside(f, "/dev/full", O_RDONLY), EPERM);
    /* The next list replaces this one. */
    assert_done(f, cgroup_apply_devices(&f->cgroup, rules, 1, &f->err));
    assert_int_equal(open_inside(f, "/dev/null", O_RDWR), EPERM);
    assert_done(f, cgroup_apply_devices(&f->cgroup, rules, 2, &f->err));
    assert_int_equal(open_inside(f, "/dev/null", O_RDWR), 0);
    assert_int_equal(open_inside(f, "/dev/zero", O_RDONLY), EPERM);
}

#define CASE(name)    cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define UNIFIED(name) cmocka_unit_test_setup_teardown(name, set_up_unified, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_discover_this_host_finds_limits),
        CASE(test_apply_limits_are_read_back),
        CASE(test_apply_bad_value_names_file_and_value),
        CASE(test_apply_missing_file_fails_unless_allowed),
        CASE(test_apply_path_as_file_is_refused),
        CASE(test_enter_moves_into_every_hierarchy),
        CASE(test_add_moves_another_process),
        CASE(test_create_group_with_process_is_refused),
        CASE(test_create_empty_group_is_taken_over),
        CASE(test_create_frozen_group_is_refused),
        CASE(test_create_bad_path_is_refused),
        CASE(test_create_failing_leaves_nothing),
        CASE(test_freeze_and_thaw_are_seen),
        CASE(test_kill_frozen_group_ends_and_thaws),
        CASE(test_kill_fork_bomb_leaves_nobody),
        CASE(test_kill_members_fork_bomb_leaves_nobody),
        CASE(test_kill_without_freezer_fork_bomb_leaves_nobody),
        CASE(test_pids_and_remove_reach_groups_below),
        CASE(test_oom_kills_are_counted),
        CASE(test_devices_only_allowed_ones_open),
        UNIFIED(test_apply_path_as_file_is_refused),
        UNIFIED(test_enter_moves_into_every_hierarchy),
        UNIFIED(test_add_moves_another_process),
        UNIFIED(test_create_group_with_process_is_refused),
        UNIFIED(test_clone_into_group_makes_a_member),
        UNIFIED(test_create_below_processes_is_refused_and_leaves_nothing),
        UNIFIED(test_create_empty_group_is_taken_over),
        UNIFIED(test_create_frozen_group_is_refused),
        UNIFIED(test_freeze_and_thaw_are_seen),
        UNIFIED(test_kill_frozen_group_ends_and_thaws),
        UNIFIED(test_pids_and_remove_reach_groups_below),
        UNIFIED(test_devices_only_allowed_ones_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
