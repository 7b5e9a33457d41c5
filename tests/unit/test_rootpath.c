/* SPDX-License-Identifier: Apache-2.0
 *
 * The walker, both ways: every case runs through openat2 and component by component, and must give
 * the same object or the same error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/rootpath.h"

typedef int walker(int, const char *, bool, enum rootpath_make, int *, struct error *);

static walker *const walkers[] = { rootpath_open, rootpath_open_by_component };

/* A root with traps, beside a directory that nothing may reach. */
struct tree {
    char base[64];
    int root_fd;
};

static void make_link(const struct tree *tree, const char *target, const char *name)
{
    assert_int_equal(symlinkat(target, tree->root_fd, name), 0);
}

static int set_up(void **state)
{
    struct tree *tree = calloc(1, sizeof *tree);
    char path[PATH_MAX];
    int fd;

    strcpy(tree->base, "/tmp/agentrun-rootpath-XXXXXX");
    assert_non_null(mkdtemp(tree->base));
    snprintf(path, sizeof path, "%s/root", tree->base);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(path, sizeof path, "%s/outside", tree->base);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(path, sizeof path, "%s/root", tree->base);
    tree->root_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert_true(tree->root_fd >= 0);
    assert_int_equal(mkdirat(tree->root_fd, "etc", 0755), 0);
    assert_int_equal(mkdirat(tree->root_fd, "etc/deep", 0755), 0);
    fd = openat(tree->root_fd, "etc/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    close(fd);
    make_link(tree, "/etc", "absolute");
    make_link(tree, "../../../../../../etc", "climber");
    make_link(tree, "../outside", "neighbour");
    make_link(tree, "loop", "loop");
    make_link(tree, "etc/missing/leaf", "dangling");
    *state = tree;
    return 0;
}

static int tear_down(void **state)
{
    struct tree *tree = *state;
    char command[128];

    close(tree->root_fd);
    snprintf(command, sizeof command, "rm -rf %s", tree->base);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(tree);
    return 0;
}

/* Both walkers must end at `expected` (below the root). */
static void expect_object(const struct tree *tree, const char *path, const char *expected)
{
    struct stat want, got;

    assert_int_equal(fstatat(tree->root_fd, expected, &want, AT_SYMLINK_NOFOLLOW), 0);
    for (size_t i = 0; i < ARRAY_SIZE(walkers); i++) {
        auto_close int fd = -1;
        struct error err;

        assert_int_equal(walkers[i](tree->root_fd, path, true, ROOTPATH_MUST_EXIST, &fd, &err), 0);
        assert_int_equal(fstat(fd, &got), 0);
        assert_int_equal(got.st_ino, want.st_ino);
        assert_int_equal(got.st_dev, want.st_dev);
    }
}

static void expect_error(const struct tree *tree, const char *path, bool follow, int errnum)
{
    for (size_t i = 0; i < ARRAY_SIZE(walkers); i++) {
        struct error err;
        int fd = -7;

        assert_int_equal(walkers[i](tree->root_fd, path, follow, ROOTPATH_MUST_EXIST, &fd, &err),
                         -errnum);
        assert_int_equal(fd, -7);
        assert_non_null(strstr(err.text, path));
    }
}

static void test_plain_path_is_found(void **state)
{
    expect_object(*state, "/etc/file", "etc/file");
    expect_object(*state, "etc//./deep/", "etc/deep");
    expect_object(*state, "/", ".");
}

static void test_dot_dot_stops_at_the_root(void **state)
{
    expect_object(*state, "/../../etc/file", "etc/file");
    expect_object(*state, "etc/deep/../../../../etc", "etc");
}

static void test_links_stay_inside(void **state)
{
    expect_object(*state, "absolute/file", "etc/file");
    expect_object(*state, "climber/file", "etc/file");
    expect_error(*state, "neighbour", true, ENOENT);
    expect_error(*state, "loop", true, ELOOP);
}

static void test_last_link_is_refused_without_follow(void **state)
{
    expect_error(*state, "absolute", false, ELOOP);
    expect_error(*state, "etc/file/more", true, ENOTDIR);
}

static void test_magic_link_is_not_followed(void **state)
{
    auto_close int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct error err;
    int fd = -7;

    (void)state;
    assert_true(proc_fd >= 0);
    assert_int_equal(rootpath_open(proc_fd, "self/exe", true, ROOTPATH_MUST_EXIST, &fd, &err),
                     -ELOOP);
    /* The text of the link is taken as a path inside the root, where there is no such file. */
    assert_true(
        rootpath_open_by_component(proc_fd, "self/exe", true, ROOTPATH_MUST_EXIST, &fd, &err) < 0);
}

static void test_make_creates_directories_and_files(void **state)
{
    const struct tree *tree = *state;

    for (size_t i = 0; i < ARRAY_SIZE(walkers); i++) {
        auto_close int directory_fd = -1, file_fd = -1;
        char path[64];
        struct error err;
        struct stat st;

        snprintf(path, sizeof path, "/made%zu/a/b", i);
        assert_int_equal(
            walkers[i](tree->root_fd, path, true, ROOTPATH_MAKE_DIRECTORY, &directory_fd, &err), 0);
        assert_int_equal(fstat(directory_fd, &st), 0);
        assert_true(S_ISDIR(st.st_mode));
        snprintf(path, sizeof path, "/made%zu/c/file", i);
        assert_int_equal(walkers[i](tree->root_fd, path, true, ROOTPATH_MAKE_FILE, &file_fd, &err),
                         0);
        assert_int_equal(fstat(file_fd, &st), 0);
        assert_true(S_ISREG(st.st_mode));
    }
}

/* /etc/resolv.conf of many images is a link to a file that exists only on a running system. */
static void test_make_follows_a_dangling_link_inside(void **state)
{
    const struct tree *tree = *state;
    auto_close int fd = -1;
    struct error err;
    struct stat st;

    assert_int_equal(rootpath_open(tree->root_fd, "dangling", true, ROOTPATH_MAKE_FILE, &fd, &err),
                     0);
    assert_int_equal(fstatat(tree->root_fd, "etc/missing/leaf", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_true(S_ISREG(st.st_mode));
}

static void test_make_never_leaves_the_root(void **state)
{
    const struct tree *tree = *state;
    char outside[PATH_MAX];
    struct stat st;
    struct error err;

    for (size_t i = 0; i < ARRAY_SIZE(walkers); i++) {
        auto_close int fd = -1;

        assert_int_equal(walkers[i](tree->root_fd, "neighbour/planted", true,
                                    ROOTPATH_MAKE_DIRECTORY, &fd, &err),
                         0);
    }
    snprintf(outside, sizeof outside, "%s/outside/planted", tree->base);
    assert_int_equal(lstat(outside, &st), -1);
    assert_int_equal(fstatat(tree->root_fd, "outside/planted", &st, AT_SYMLINK_NOFOLLOW), 0);
}

static void test_too_long_path_is_refused(void **state)
{
    const struct tree *tree = *state;
    char path[PATH_MAX + 10];
    struct error err;
    int fd = -7;

    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(walkers); i++)
        assert_int_equal(walkers[i](tree->root_fd, path, true, ROOTPATH_MUST_EXIST, &fd, &err),
                         -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain_path_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dot_dot_stops_at_the_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_stay_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_last_link_is_refused_without_follow, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_magic_link_is_not_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_make_creates_directories_and_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_make_follows_a_dangling_link_inside, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_make_never_leaves_the_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_long_path_is_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
