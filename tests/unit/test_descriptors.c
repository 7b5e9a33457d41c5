/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/descriptors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "child.h"

static struct error err;

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Descriptors 50, 51, 200 and 300. */
static int open_some(void)
{
    static const int numbers[] = { 50, 51, 200, 300 };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (dup2(STDIN_FILENO, numbers[i]) < 0)
            return -1;
    return 0;
}

static int close_from(void)
{
    EXPECT(open_some() == 0);
    EXPECT(descriptors_close_from(51, &err) == 0);
    EXPECT(is_open(0) && is_open(2) && is_open(50));
    EXPECT(!is_open(51) && !is_open(200) && !is_open(300));
    return 0;
}

static int close_from_on_old_kernel(void)
{
    int next;

    EXPECT(child_refuse_call(SYS_close_range, ENOSYS) == 0);
    next = dup(0);
    close(next);
    EXPECT(close_from() == 0);
    EXPECT(dup(0) == next); /* the walk left nothing open itself */
    return 0;
}

static int close_inherited(void)
{
    EXPECT(open_some() == 0);
    EXPECT(descriptors_close_inherited(51, 200, &err) == 0);
    EXPECT(is_open(2) && is_open(50) && is_open(200));
    EXPECT(!is_open(51) && !is_open(300));
    EXPECT(descriptors_close_inherited(50, 3, &err) == 0);
    EXPECT(is_open(2) && !is_open(50) && !is_open(200));
    return 0;
}

static int close_inherited_on_old_kernel(void)
{
    EXPECT(child_refuse_call(SYS_close_range, EINVAL) == 0);
    return close_inherited();
}

static int close_very_many_on_old_kernel(void)
{
    EXPECT(child_refuse_call(SYS_close_range, ENOSYS) == 0);
    for (int fd = 3; fd < 600; fd++)
        EXPECT(dup2(0, fd) == fd);
    EXPECT(descriptors_close_from(3, &err) == 0);
    for (int fd = 3; fd < 600; fd++)
        EXPECT(!is_open(fd));
    return 0;
}

static void test_close_from_and_inherited_both_ways(void **state)
{
    (void)state;
    assert_int_equal(child_run(close_from), 0);
    assert_int_equal(child_run(close_from_on_old_kernel), 0);
    assert_int_equal(child_run(close_inherited), 0);
    assert_int_equal(child_run(close_inherited_on_old_kernel), 0);
    assert_int_equal(child_run(close_very_many_on_old_kernel), 0);
}

/* Make `fd` standard input and look; it is closed. */
static int check_as_stdin(int fd)
{
    int result;

    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
        return 1;
    close(fd);
    result = descriptors_check_stdio(&err);
    return result;
}

static int accept_ordinary(void)
{
    int pair[2], pipe_fds[2];

    EXPECT(check_as_stdin(open("/dev/null", O_RDWR)) == 0);
    EXPECT(check_as_stdin(open("/dev/zero", O_RDWR)) == 0);
    EXPECT(check_as_stdin(open("/dev/urandom", O_RDONLY)) == 0);
    EXPECT(check_as_stdin(posix_openpt(O_RDWR | O_NOCTTY)) == 0);
    EXPECT(pipe(pipe_fds) == 0 && check_as_stdin(pipe_fds[0]) == 0);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && check_as_stdin(pair[0]) == 0);
    EXPECT(check_as_stdin(memfd_create("text", 0)) == 0);
    EXPECT(check_as_stdin(open("/etc/passwd", O_RDONLY)) == 0);
    EXPECT(check_as_stdin(open("/proc/cpuinfo", O_RDONLY)) == 0);
    return 0;
}

static void test_check_stdio_ordinary_files_pass(void **state)
{
    (void)state;
    assert_int_equal(child_run(accept_ordinary), 0);
}

static int refuse_handles(void)
{
    EXPECT(check_as_stdin(open("/", O_RDONLY | O_DIRECTORY)) == -EPERM);
    EXPECT(strstr(err.text, "0 is a directory"));
    EXPECT(check_as_stdin(open("/", O_PATH)) == -EPERM);
    EXPECT(check_as_stdin(open("/proc/self/ns/net", O_RDONLY)) == -EPERM);
    EXPECT(strstr(err.text, "a namespace"));
    EXPECT(check_as_stdin(socket(AF_INET, SOCK_STREAM, 0)) == -EPERM);
    EXPECT(strstr(err.text, "a network socket"));
    EXPECT(check_as_stdin(socket(AF_INET6, SOCK_DGRAM, 0)) == -EPERM);
    EXPECT(check_as_stdin(socket(AF_NETLINK, SOCK_RAW, 0)) == -EPERM);
    EXPECT(check_as_stdin((int)syscall(SYS_pidfd_open, getpid(), 0)) == -EPERM);
    EXPECT(check_as_stdin(eventfd(0, 0)) == -EPERM);
    EXPECT(check_as_stdin(open("/proc/self/comm", O_WRONLY)) == -EPERM);
    EXPECT(strstr(err.text, "/proc"));
    EXPECT(check_as_stdin(open("/proc/self/comm", O_RDWR)) == -EPERM);
    EXPECT(check_as_stdin(open("/proc/self/comm", O_PATH)) == -EPERM);
    EXPECT(check_as_stdin(open("/dev/null", O_RDONLY)) == 0);
    return 0;
}

static void test_check_stdio_handles_refused(void **state)
{
    (void)state;
    assert_int_equal(child_run(refuse_handles), 0);
}

static int refuse_devices(void)
{
    char directory[] = "/tmp/agentrun-test-XXXXXX";
    int kmsg_fd, block_fd;

    EXPECT(mkdtemp(directory) && chdir(directory) == 0);
    EXPECT(mknod("kmsg", S_IFCHR | 0600, makedev(1, 11)) == 0);
    EXPECT(mknod("block", S_IFBLK | 0600, makedev(7, 0)) == 0);
    kmsg_fd = open("kmsg", O_RDONLY | O_NONBLOCK | O_PATH);
    block_fd = open("block", O_PATH);
    unlink("kmsg");
    unlink("block");
    rmdir(directory);
    EXPECT(check_as_stdin(kmsg_fd) == -EPERM);
    EXPECT(strstr(err.text, "0 is a device"));
    EXPECT(check_as_stdin(block_fd) == -EPERM);
    EXPECT(strstr(err.text, "0 is a block device"));
    return 0;
}

static void test_check_stdio_devices_refused(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_MKNOD);
    assert_int_equal(child_run(refuse_devices), 0);
}

static int fill_missing(void)
{
    struct stat status;

    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    EXPECT(descriptors_check_stdio(&err) == 0);
    for (int fd = 0; fd < 2; fd++) {
        EXPECT(fstat(fd, &status) == 0 && status.st_rdev == makedev(1, 3));
        EXPECT(fcntl(fd, F_GETFD) == 0);
    }
    return 0;
}

static void test_check_stdio_missing_become_null(void **state)
{
    (void)state;
    assert_int_equal(child_run(fill_missing), 0);
}

static int check_preserved(void)
{
    EXPECT(descriptors_close_from(3, &err) == 0);
    EXPECT(descriptors_check_preserved(0, &err) == 0);
    EXPECT(descriptors_check_preserved(1, &err) == -EBADF);
    EXPECT(open("/dev/null", O_RDWR | O_CLOEXEC) == 3);
    EXPECT(descriptors_check_preserved(1, &err) == 0);
    EXPECT(descriptors_check_preserved(2, &err) == -EBADF);
    EXPECT(strstr(err.text, "descriptor 4"));
    EXPECT(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) == 4);
    EXPECT(descriptors_check_preserved(1, &err) == 0);
    EXPECT(descriptors_check_preserved(2, &err) == -EPERM);
    EXPECT(strstr(err.text, "4 is a directory"));
    return 0;
}

static void test_check_preserved_each_open_and_harmless(void **state)
{
    (void)state;
    assert_int_equal(child_run(check_preserved), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_close_from_and_inherited_both_ways),
        cmocka_unit_test(test_check_stdio_ordinary_files_pass),
        cmocka_unit_test(test_check_stdio_handles_refused),
        cmocka_unit_test(test_check_stdio_devices_refused),
        cmocka_unit_test(test_check_stdio_missing_become_null),
        cmocka_unit_test(test_check_preserved_each_open_and_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
