/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/id_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/linux/mount.h"
#include "agentrun/linux/namespace.h"
#include "child.h"

static struct error err;

static void test_namespace_made_and_child_gone(void **state)
{
    int clone_flag = 0, fd = -1;

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(id_map_namespace("0 1000 1\n", "0 2000 1\n", &fd, &err), 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(namespace_kind_of(fd, &clone_flag, &err), 0);
    assert_int_equal(clone_flag, CLONE_NEWUSER);
    assert_int_equal(waitpid(-1, NULL, __WALL), -1);
    assert_int_equal(errno, ECHILD);
    close(fd);
}

static void test_namespace_bad_map_refused_and_child_gone(void **state)
{
    int fd = -1;

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(id_map_namespace("nonsense", "0 0 1\n", &fd, &err), -EINVAL);
    assert_int_equal(fd, -1);
    assert_int_equal(waitpid(-1, NULL, __WALL), -1);
}

static int ignore_children_signal(void)
{
    int fd = -1;

    signal(SIGCHLD, SIG_IGN);
    EXPECT(id_map_namespace("0 1000 1\n", "0 1000 1\n", &fd, &err) == 0);
    return 0;
}

static void test_namespace_ignored_children_signal_made(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(child_run(ignore_children_signal), 0);
}

/* What is in the directory as 1000:2000 is seen as 0:0 through the mount. */
static int use_for_mount(void)
{
    char directory[] = "/dev/shm/agentrun-test-XXXXXX";
    struct mount_attributes attributes = { .set = MOUNT_ATTR_IDMAP };
    int directory_fd, mount_fd = -1;
    struct stat status;

    EXPECT(mkdtemp(directory) && chown(directory, 1000, 2000) == 0);
    directory_fd = open(directory, O_PATH | O_CLOEXEC);
    rmdir(directory);
    EXPECT(directory_fd >= 0);
    EXPECT(id_map_namespace("1000 0 1\n", "2000 0 1\n", &attributes.user_namespace_fd, &err) == 0);
    if (mount_clone(directory_fd, "", false, &mount_fd, &err) < 0 ||
        mount_change(mount_fd, &attributes, false, &err) < 0)
        return 77;
    EXPECT(fstat(mount_fd, &status) == 0 && status.st_uid == 0 && status.st_gid == 0);
    return 0;
}

static void test_namespace_maps_ids_of_mount(void **state)
{
    int result;

    (void)state;
    NEED_CAPABILITY(CAP_SYS_ADMIN);
    result = child_run(use_for_mount);
    if (result == 77) {
        print_message("skipped: no id-mapped mounts of tmpfs\n");
        skip();
    }
    assert_int_equal(result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_namespace_made_and_child_gone),
        cmocka_unit_test(test_namespace_bad_map_refused_and_child_gone),
        cmocka_unit_test(test_namespace_ignored_children_signal_made),
        cmocka_unit_test(test_namespace_maps_ids_of_mount),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
