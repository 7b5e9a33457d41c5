/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "child.h"

static struct error err;

static int become_nobody(void)
{
    gid_t groups[4] = { 1, 2, 3 };
    uid_t real_uid, effective_uid, saved_uid;
    gid_t real_gid, effective_gid, saved_gid;

    EXPECT(setgroups(3, groups) == 0);
    EXPECT(ids_apply(65534, 65533, NULL, 0, &err) == 0);
    EXPECT(getresuid(&real_uid, &effective_uid, &saved_uid) == 0);
    EXPECT(real_uid == 65534 && effective_uid == 65534 && saved_uid == 65534);
    EXPECT(getresgid(&real_gid, &effective_gid, &saved_gid) == 0);
    EXPECT(real_gid == 65533 && effective_gid == 65533 && saved_gid == 65533);
    EXPECT(getgroups(4, groups) == 0);
    EXPECT(prctl(PR_GET_DUMPABLE) == 0);
    EXPECT(setuid(0) == -1);
    return 0;
}

static int take_groups(void)
{
    const gid_t wanted[] = { 1001, 1002 };
    gid_t groups[4];

    EXPECT(ids_apply(1000, 1000, wanted, 2, &err) == 0);
    EXPECT(getgroups(4, groups) == 2 && groups[0] == 1001 && groups[1] == 1002);
    return 0;
}

static int refuse_minus_one(void)
{
    const gid_t no_group = (gid_t)-1;

    EXPECT(ids_apply((uid_t)-1, 1, NULL, 0, &err) == -EINVAL);
    EXPECT(ids_apply(1, (gid_t)-1, NULL, 0, &err) == -EINVAL);
    EXPECT(ids_apply(1, 1, &no_group, 1, &err) == -EINVAL);
    EXPECT(getuid() == 0 && getgid() == 0);
    return 0;
}

static int refuse_without_rights(void)
{
    EXPECT(setgroups(0, NULL) == 0 && setuid(65534) == 0);
    EXPECT(ids_apply(1000, 1000, NULL, 0, &err) == -EPERM);
    EXPECT(err.kind == ERROR_SYSTEM);
    return 0;
}

static void test_apply_cases(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(child_run(become_nobody), 0);
    assert_int_equal(child_run(take_groups), 0);
    assert_int_equal(child_run(refuse_minus_one), 0);
    assert_int_equal(child_run(refuse_without_rights), 0);
}

/* A child in a new user namespace without maps, which waits to be killed. */
static pid_t start_child_in_user_namespace(void)
{
    const struct clone_args arguments = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
    pid_t pid = sys_clone3(&arguments);

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    return pid;
}

static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void assert_child_file(pid_t pid, const char *file, const char *expected)
{
    char path[64], text[256];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    assert_true(io_read_kernel_file_at(AT_FDCWD, path, text, sizeof text, &err) >= 0);
    assert_non_null(strstr(text, expected));
}

static void test_write_maps_both_written(void **state)
{
    pid_t pid;

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    pid = start_child_in_user_namespace();
    assert_true(pid > 0);
    assert_int_equal(ids_write_maps(pid, "0 100000 65536\n", "5 200000 10\n", false, &err), 0);
    assert_child_file(pid, "uid_map", "100000      65536");
    assert_child_file(pid, "gid_map", "200000         10");
    assert_child_file(pid, "setgroups", "allow");
    end_child(pid);
}

static void test_write_maps_deny_setgroups_denied(void **state)
{
    pid_t pid;

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    pid = start_child_in_user_namespace();
    assert_true(pid > 0);
    assert_int_equal(ids_write_maps(pid, "0 0 1\n", "0 0 1\n", true, &err), 0);
    assert_child_file(pid, "setgroups", "deny");
    end_child(pid);
}

static void test_write_maps_nonsense_refused(void **state)
{
    pid_t pid;

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    pid = start_child_in_user_namespace();
    assert_true(pid > 0);
    assert_int_equal(ids_write_maps(pid, "0 0\n", "0 0 1\n", false, &err), -EINVAL);
    assert_non_null(strstr(err.text, "uid_map"));
    end_child(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apply_cases),
        cmocka_unit_test(test_write_maps_both_written),
        cmocka_unit_test(test_write_maps_deny_setgroups_denied),
        cmocka_unit_test(test_write_maps_nonsense_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
