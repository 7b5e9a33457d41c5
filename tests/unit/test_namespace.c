/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/namespace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "child.h"

static struct error err;

static void test_kind_of_each_kind(void **state)
{
    static const struct {
        const char *path;
        int clone_flag;
    } cases[] = {
        { "/proc/self/ns/net", CLONE_NEWNET },       { "/proc/self/ns/mnt", CLONE_NEWNS },
        { "/proc/self/ns/pid", CLONE_NEWPID },       { "/proc/self/ns/user", CLONE_NEWUSER },
        { "/proc/self/ns/cgroup", CLONE_NEWCGROUP },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int clone_flag = 0, fd = open(cases[i].path, O_RDONLY | O_CLOEXEC);

        assert_int_equal(namespace_kind_of(fd, &clone_flag, &err), 0);
        assert_int_equal(clone_flag, cases[i].clone_flag);
        close(fd);
    }
}

static void test_kind_of_other_files_refused(void **state)
{
    static const char *const paths[] = { "/dev/null", "/", "/proc/self/ns", "/proc/self/status" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int clone_flag = -1, fd = open(paths[i], O_RDONLY | O_CLOEXEC);

        assert_true(fd >= 0);
        assert_int_equal(namespace_kind_of(fd, &clone_flag, &err), -EINVAL);
        assert_int_equal(clone_flag, -1);
        close(fd);
    }
}

static int leave_own(void)
{
    int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    bool is_own = false;

    EXPECT(namespace_is_own(fd, "uts", &is_own, &err) == 0 && is_own);
    EXPECT(namespace_is_own(fd, "ipc", &is_own, &err) == 0 && !is_own);
    EXPECT(unshare(CLONE_NEWUTS) == 0);
    EXPECT(namespace_is_own(fd, "uts", &is_own, &err) == 0 && !is_own);
    EXPECT(namespace_is_own(fd, "no-such-kind", &is_own, &err) == -ENOENT);
    return 0;
}

static void test_is_own_before_and_after_unshare(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(leave_own), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kind_of_each_kind),
        cmocka_unit_test(test_kind_of_other_files_refused),
        cmocka_unit_test(test_is_own_before_and_after_unshare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
