/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/procfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>

#include "agentrun/base/io.h"
#include "agentrun/linux/lsm.h"
#include "agentrun/linux/sysctl.h"
#include "child.h"

static struct error err;

static bool open_fails_with(int procfs_fd, const char *path, int errnum)
{
    int fd = -1;

    return procfs_open(procfs_fd, path, O_RDONLY, &fd, &err) == -errnum && fd == -1;
}

static int open_by_rules(void)
{
    int procfs_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), other_fd = open("/", O_PATH);
    int fd = -1;

    EXPECT(procfs_open(procfs_fd, "sys/kernel/ostype", O_RDONLY, &fd, &err) == 0);
    EXPECT(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    EXPECT(open_fails_with(procfs_fd, "", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "/sys", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "sys/", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "sys//kernel", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "sys/../version", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "./version", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "..", EINVAL));
    EXPECT(open_fails_with(procfs_fd, "no-such-file", ENOENT));
    EXPECT(open_fails_with(procfs_fd, "self/status", ELOOP) ||
           open_fails_with(procfs_fd, "self/status", ENOTDIR));
    EXPECT(open_fails_with(procfs_fd, "self", ELOOP));
    EXPECT(procfs_open(procfs_fd, "self", O_PATH, &fd, &err) == -ELOOP);
    EXPECT(procfs_check(procfs_fd, &err) == 0);
    EXPECT(procfs_check(other_fd, &err) == -EINVAL);
    EXPECT(strstr(err.text, "no procfs"));
    return 0;
}

static int open_by_rules_on_old_kernel(void)
{
    EXPECT(child_refuse_call(SYS_openat2, ENOSYS) == 0);
    return open_by_rules();
}

static void test_open_rules_both_ways(void **state)
{
    (void)state;
    assert_int_equal(child_run(open_by_rules), 0);
    assert_int_equal(child_run(open_by_rules_on_old_kernel), 0);
}

/* Somebody mounts over a file that is written: the write must not go there. */
static int refuse_what_is_mounted_over(void)
{
    int procfs_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = -1;

    EXPECT(unshare(CLONE_NEWNS) == 0);
    EXPECT(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    EXPECT(mount("/dev/null", "/proc/sys/kernel/domainname", NULL, MS_BIND, NULL) == 0);
    close(procfs_fd);
    procfs_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    EXPECT(open("/proc/sys/kernel/domainname", O_WRONLY) >= 0); /* the attack works otherwise */
    EXPECT(procfs_open(procfs_fd, "sys/kernel/domainname", O_WRONLY, &fd, &err) == -EXDEV);
    EXPECT(child_refuse_call(SYS_openat2, EPERM) == 0);
    EXPECT(procfs_open(procfs_fd, "sys/kernel/domainname", O_WRONLY, &fd, &err) == -EXDEV);
    return 0;
}

static void test_open_mounted_over_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(refuse_what_is_mounted_over), 0);
}

static int write_sysctls(void)
{
    int procfs_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    char text[64];

    EXPECT(unshare(CLONE_NEWUTS | CLONE_NEWNET) == 0);
    EXPECT(sysctl_write(procfs_fd, "kernel/domainname", "test.invalid", &err) == 0);
    EXPECT(io_read_kernel_file_at(procfs_fd, "sys/kernel/domainname", text, sizeof text, &err) > 0);
    EXPECT(!strcmp(text, "test.invalid"));
    EXPECT(sysctl_write(procfs_fd, "net/ipv4/ip_unprivileged_port_start", "80", &err) == 0);
    EXPECT(sysctl_write(procfs_fd, "net/ipv4/ip_unprivileged_port_start", "many", &err) == -EINVAL);
    EXPECT(sysctl_write(procfs_fd, "../1/oom_score_adj", "0", &err) == -EINVAL);
    EXPECT(!strncmp(err.text, "sysctl: ", 8));
    return 0;
}

static void test_sysctl_write_own_namespaces_written(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    assert_int_equal(child_run(write_sysctls), 0);
}

static void test_lsm_set_exec_label_without_labels_nothing(void **state)
{
    (void)state;
    assert_int_equal(lsm_set_exec_label(-1, NULL, NULL, &err), 0);
}

static void test_lsm_set_exec_label_not_taken_refused(void **state)
{
    int procfs_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int other_fd = open("/", O_PATH | O_CLOEXEC);

    (void)state;
    if (!lsm_has_apparmor()) {
        assert_true(lsm_set_exec_label(procfs_fd, "no-such-profile", NULL, &err) < 0);
        assert_non_null(strstr(err.text, "AppArmor profile 'no-such-profile'"));
    }
    if (!lsm_has_selinux()) {
        assert_true(lsm_set_exec_label(procfs_fd, NULL, "a:b:c:s0", &err) < 0);
        assert_non_null(strstr(err.text, "SELinux label 'a:b:c:s0'"));
    }
    assert_int_equal(lsm_set_exec_label(other_fd, NULL, "a:b:c:s0", &err), -EINVAL);
    assert_int_equal(lsm_set_exec_label(other_fd, "profile", NULL, &err), -EINVAL);
    close(procfs_fd);
    close(other_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_rules_both_ways),
        cmocka_unit_test(test_open_mounted_over_refused),
        cmocka_unit_test(test_sysctl_write_own_namespaces_written),
        cmocka_unit_test(test_lsm_set_exec_label_without_labels_nothing),
        cmocka_unit_test(test_lsm_set_exec_label_not_taken_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
