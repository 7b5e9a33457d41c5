/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/state_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/state.h"

static struct arena arena;
static struct error err;
static char directory[] = "/tmp/agentrun-test-XXXXXX", root[64];
static int root_fd;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(root, sizeof root, "%s/a/root", directory);
    return state_open_root(root, true, &root_fd, &err);
}

static int tear_down(void **state)
{
    char parent[64];

    (void)state;
    close(root_fd);
    snprintf(parent, sizeof parent, "%s/a", directory);
    return rmdir(root) < 0 || rmdir(parent) < 0 || rmdir(directory) < 0;
}

static void test_check_id_only_harmless_names_pass(void **state)
{
    static const char *const good[] = { "a", "0", "A-b_c+d.e", "a..b", "-x" };
    static const char *const bad[] = { "",    ".",    "..",       "../a",     "a/b", "/a",
                                       "a b", "a\nb", ".seccomp", "\xc3\xa4", "a:b", "a\\b" };
    char longest[257];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        assert_int_equal(state_check_id(good[i], &err), 0);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(state_check_id(bad[i], &err), -EINVAL);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_memory_equal(err.text, "invalid container ID format", 27);
    }
    memset(longest, 'a', sizeof longest);
    longest[256] = '\0';
    assert_int_equal(state_check_id(longest, &err), -EINVAL);
    longest[255] = '\0';
    assert_int_equal(state_check_id(longest, &err), 0);
}

static void test_open_root_is_private(void **state)
{
    struct stat st;
    int fd = -1;

    (void)state;
    assert_int_equal(fstat(root_fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(chmod(root, 0770), 0);
    assert_int_equal(state_open_root(root, true, &fd, &err), -EPERM);
    assert_int_equal(fd, -1);
    assert_int_equal(chmod(root, 0711), 0); /* engines make it so */
    assert_int_equal(state_open_root(root, false, &fd, &err), 0);
    close(fd);
}

static void test_open_root_missing_is_no_container(void **state)
{
    int fd = -1;

    (void)state;
    assert_int_equal(state_open_root("/nonexistent/agentrun", false, &fd, &err), -ENOENT);
    assert_string_equal(err.text, "container does not exist");
}

static void test_create_twice_exists_already(void **state)
{
    int state_fd, ignored;

    (void)state;
    assert_int_equal(state_open(root_fd, "c1", &ignored, &err), -ENOENT);
    assert_string_equal(err.text, "container does not exist");
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(state_create(root_fd, "c1", &ignored, &err), -EEXIST);
    assert_string_equal(err.text, "container with given ID already exists");
    state_unlock(&state_fd);
    assert_int_equal(state_fd, -1);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
}

static void test_lock_held_times_out(void **state)
{
    int state_fd, other_fd, second = -1;

    (void)state;
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(state_open(root_fd, "c1", &other_fd, &err), 0);
    assert_int_equal(state_lock(other_fd, 20, &second, &err), -ETIMEDOUT);
    assert_int_equal(second, -1);
    state_unlock(&state_fd);
    assert_int_equal(state_lock(other_fd, 0, &second, &err), 0);
    state_unlock(&second);
    close(other_fd);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
}

static void test_unlock_frees_although_a_child_inherited_it(void **state)
{
    int state_fd, other_fd, second = -1, status;
    pid_t child;

    (void)state;
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(state_open(root_fd, "c1", &other_fd, &err), 0);
    child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    state_unlock(&state_fd);
    assert_int_equal(state_lock(other_fd, 0, &second, &err), 0);
    state_unlock(&second);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(other_fd);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
}

static void test_lock_of_a_removed_container_does_not_exist(void **state)
{
    int state_fd, other_fd, second = -1;

    (void)state;
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(state_open(root_fd, "c1", &other_fd, &err), 0);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
    state_unlock(&state_fd);
    assert_int_equal(state_lock(other_fd, 0, &second, &err), -ENOENT);
    assert_string_equal(err.text, "container does not exist");
    close(other_fd);
}

static void test_remove_takes_all_files_along(void **state)
{
    int state_fd;

    (void)state;
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(io_replace_file_at(state_fd, STATE_FILE, "{}", 2, 0600, &err), 0);
    assert_int_equal(io_replace_file_at(state_fd, "hardened.json", "{}", 2, 0600, &err), 0);
    assert_int_equal(mkfifoat(state_fd, "gate", 0600), 0);
    assert_int_equal(io_replace_file_at(state_fd, "left.tmp", "", 0, 0600, &err), 0);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
    assert_int_equal(faccessat(root_fd, "c1", F_OK, 0), -1);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
    state_unlock(&state_fd);
}

static void test_remove_never_follows_a_link(void **state)
{
    int state_fd;

    (void)state;
    assert_int_equal(state_create(root_fd, "c1", &state_fd, &err), 0);
    assert_int_equal(io_replace_file_at(state_fd, "file", "", 0, 0600, &err), 0);
    assert_int_equal(symlinkat("c1", root_fd, "link"), 0);
    assert_true(state_remove(root_fd, "link", &err) < 0);
    assert_int_equal(faccessat(state_fd, "file", F_OK, 0), 0);
    assert_int_equal(unlinkat(root_fd, "link", 0), 0);
    state_unlock(&state_fd);
    assert_int_equal(state_remove(root_fd, "c1", &err), 0);
}

static void test_list_names_containers_only(void **state)
{
    const char **ids;
    size_t n_ids;
    char name[8];

    (void)state;
    assert_int_equal(mkdirat(root_fd, ".seccomp", 0700), 0);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "c%d", i);
        assert_int_equal(mkdirat(root_fd, name, 0700), 0);
    }
    assert_int_equal(state_list(&arena, root_fd, &ids, &n_ids, &err), 0);
    assert_int_equal(n_ids, 40);
    for (size_t i = 0; i < n_ids; i++) {
        assert_int_equal(ids[i][0], 'c');
        assert_int_equal(state_remove(root_fd, ids[i], &err), 0);
    }
    assert_int_equal(unlinkat(root_fd, ".seccomp", AT_REMOVEDIR), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_id_only_harmless_names_pass),
        cmocka_unit_test(test_open_root_is_private),
        cmocka_unit_test(test_open_root_missing_is_no_container),
        cmocka_unit_test(test_create_twice_exists_already),
        cmocka_unit_test(test_lock_held_times_out),
        cmocka_unit_test(test_unlock_frees_although_a_child_inherited_it),
        cmocka_unit_test(test_lock_of_a_removed_container_does_not_exist),
        cmocka_unit_test(test_remove_takes_all_files_along),
        cmocka_unit_test(test_remove_never_follows_a_link),
        cmocka_unit_test(test_list_names_containers_only),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
