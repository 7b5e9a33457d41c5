/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of compiled filters: what is found again, and what must not be trusted. A program that
 * was taken from a file leaves the file as it is; one that was compiled puts a new file (a new
 * inode) in its place.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/cache.h"
#include "agentrun/filter/compile.h"

#define DIRECTORY   ".seccomp"
#define MAX_ENTRIES 256

struct fixture {
    struct arena arena;
    char root[32];
    int root_fd;
};

static const char *const names[] = { "read", "write", "socket" };
static const struct filter_argument socket_arguments[] = { { .comparison = FILTER_EQUAL,
                                                             .value = 1 } };
static const struct filter_rule rules[] = {
    { .names = names, .n_names = 2, .action = SECCOMP_RET_ALLOW },
    { .names = names + 2,
      .n_names = 1,
      .action = SECCOMP_RET_ALLOW,
      .arguments = socket_arguments,
      .n_arguments = 1 },
};
static const struct filter_profile profile = {
    .default_action = SECCOMP_RET_ERRNO | 1,
    .rules = rules,
    .n_rules = 2,
    .flags = SECCOMP_FILTER_FLAG_LOG,
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    if (!fixture)
        return -1;
    snprintf(fixture->root, sizeof fixture->root, "/tmp/test_cache.XXXXXX");
    if (!mkdtemp(fixture->root))
        return -1;
    fixture->root_fd = open(fixture->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *state = fixture;
    return fixture->root_fd < 0 ? -1 : 0;
}

/* Everything in the directory `name` below the root, and the directory. */
static void empty(const struct fixture *fixture, const char *name)
{
    int fd = openat(fixture->root_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    auto_closedir DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory)))
        if (unlinkat(fd, entry->d_name, 0) < 0)
            unlinkat(fd, entry->d_name, AT_REMOVEDIR);
    unlinkat(fixture->root_fd, name, directory ? AT_REMOVEDIR : 0);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    empty(fixture, DIRECTORY);
    empty(fixture, "elsewhere");
    close(fixture->root_fd);
    rmdir(fixture->root);
    arena_release(&fixture->arena);
    free(fixture);
    return 0;
}

static struct filter_program get(struct fixture *fixture, const struct filter_profile *wanted)
{
    struct filter_program program;
    struct error err;

    if (filter_cache_get(&fixture->arena, fixture->root_fd, wanted, &program, &err) < 0)
        fail_msg("%s", err.text);
    return program;
}

/* Get the program and compare it with what the compiler says. */
static void check(struct fixture *fixture, const struct filter_profile *wanted)
{
    struct filter_program got = get(fixture, wanted), expected;
    struct error err;

    assert_int_equal(filter_compile(&fixture->arena, wanted, &expected, &err), 0);
    assert_int_equal(got.n_instructions, expected.n_instructions);
    assert_int_equal(got.flags, expected.flags);
    assert_memory_equal(got.instructions, expected.instructions,
                        got.n_instructions * sizeof *got.instructions);
}

static unsigned count_files(const struct fixture *fixture)
{
    int fd = openat(fixture->root_fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto_closedir DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    unsigned n = 0;

    while (directory && readdir(directory))
        n++;
    return n ? n - 2 : 0; /* . and .. */
}

/* Name below the root, and status, of the only file in the cache. */
static struct stat the_file(const struct fixture *fixture, char name[128])
{
    int fd = openat(fixture->root_fd, DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    auto_closedir DIR *directory = fdopendir(fd);
    const struct dirent *entry;
    struct stat st;

    assert_non_null(directory);
    assert_int_equal(count_files(fixture), 1);
    while ((entry = readdir(directory)) && entry->d_name[0] == '.')
        ;
    assert_non_null(entry);
    snprintf(name, 128, DIRECTORY "/%.100s", entry->d_name);
    assert_int_equal(fstatat(fixture->root_fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
    return st;
}

/* The program is right, and the one file in the cache is a sound one and not `before`. */
static void check_replaced(struct fixture *fixture, const struct stat *before)
{
    struct stat after, again;
    char name[128];

    check(fixture, &profile);
    after = the_file(fixture, name);
    assert_true(after.st_ino != before->st_ino || after.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
    assert_int_equal(after.st_mode, S_IFREG | 0600);
    check(fixture, &profile);
    again = the_file(fixture, name);
    assert_int_equal(again.st_ino, after.st_ino);
}

static void test_cache_second_time_found(void **state)
{
    struct fixture *fixture = *state;
    struct stat first, second, directory;
    char name[128];

    check(fixture, &profile);
    first = the_file(fixture, name);
    assert_int_equal(first.st_mode, S_IFREG | 0600);
    assert_int_equal(first.st_size % 8, 0);
    assert_int_equal(fstatat(fixture->root_fd, DIRECTORY, &directory, 0), 0);
    assert_int_equal(directory.st_mode, S_IFDIR | 0700);
    check(fixture, &profile);
    second = the_file(fixture, name);
    assert_int_equal(first.st_ino, second.st_ino);
    assert_int_equal(first.st_mtim.tv_nsec, second.st_mtim.tv_nsec);
}

static void test_cache_every_field_counts(void **state)
{
    static const struct filter_argument other_arguments[] = { { .comparison = FILTER_EQUAL,
                                                                .value = 2 } };
    static const uint32_t architectures[] = { FILTER_X32 | 0xc000003eU };
    struct filter_rule other_rules[2] = { rules[0], rules[1] };
    struct fixture *fixture = *state;
    struct filter_profile other = profile;

    check(fixture, &other);
    other.default_action = SECCOMP_RET_ERRNO | 2;
    check(fixture, &other);
    other.flags = 0;
    check(fixture, &other);
    other.architectures = architectures;
    other.n_architectures = 1;
    check(fixture, &other);
    other.n_rules = 1;
    check(fixture, &other);
    other.rules = other_rules;
    other.n_rules = 2;
    other_rules[0].n_names = 1;
    check(fixture, &other);
    other_rules[0].names = names + 1;
    check(fixture, &other);
    other_rules[0].action = SECCOMP_RET_LOG;
    check(fixture, &other);
    other_rules[1].arguments = other_arguments;
    check(fixture, &other);
    other_rules[1].n_arguments = 0;
    check(fixture, &other);
    assert_int_equal(count_files(fixture), 10);
}

static void test_cache_any_changed_byte_seen(void **state)
{
    struct fixture *fixture = *state;
    struct stat st;
    char name[128];

    check(fixture, &profile);
    st = the_file(fixture, name);
    for (off_t offset = 0; offset < st.st_size; offset++) {
        int fd = openat(fixture->root_fd, name, O_RDWR | O_CLOEXEC);
        struct stat before;
        char byte;

        assert_int_equal(pread(fd, &byte, 1, offset), 1);
        byte ^= 1;
        assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
        close(fd);
        before = the_file(fixture, name);
        check_replaced(fixture, &before);
    }
}

static void test_cache_wrong_sizes_seen(void **state)
{
    static const off_t sizes[] = { 0, 7, 8, 48, 56, 64, 72, 32768, 40000, 1 << 20 };
    struct fixture *fixture = *state;
    struct stat before;
    char name[128];
    int fd;

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        check(fixture, &profile);
        the_file(fixture, name);
        fd = openat(fixture->root_fd, name, O_RDWR | O_CLOEXEC);
        assert_int_equal(ftruncate(fd, sizes[i]), 0);
        close(fd);
        before = the_file(fixture, name);
        check_replaced(fixture, &before);
    }
}

static void test_cache_open_modes_seen(void **state)
{
    static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0644, 0666, 0700, 04600, 0400 };
    struct fixture *fixture = *state;
    struct stat before;
    char name[128];

    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        check(fixture, &profile);
        the_file(fixture, name);
        assert_int_equal(fchmodat(fixture->root_fd, name, modes[i], 0), 0);
        before = the_file(fixture, name);
        check_replaced(fixture, &before);
    }
}

static void test_cache_other_owner_seen(void **state)
{
    struct fixture *fixture = *state;
    struct stat before;
    char name[128];

    if (geteuid() != 0)
        skip();
    check(fixture, &profile);
    the_file(fixture, name);
    assert_int_equal(fchownat(fixture->root_fd, name, 65534, 65534, 0), 0);
    before = the_file(fixture, name);
    check_replaced(fixture, &before);
}

static void test_cache_link_not_followed(void **state)
{
    struct fixture *fixture = *state;
    struct stat before, target;
    char name[128];

    check(fixture, &profile);
    the_file(fixture, name);
    assert_int_equal(renameat(fixture->root_fd, name, fixture->root_fd, "elsewhere"), 0);
    assert_int_equal(symlinkat("../elsewhere", fixture->root_fd, name), 0);
    before = the_file(fixture, name);
    check_replaced(fixture, &before);
    assert_int_equal(fstatat(fixture->root_fd, "elsewhere", &target, AT_SYMLINK_NOFOLLOW), 0);
    assert_true(S_ISREG(target.st_mode));
}

static void test_cache_fifo_not_waited_for(void **state)
{
    struct fixture *fixture = *state;
    struct stat before;
    char name[128];

    check(fixture, &profile);
    the_file(fixture, name);
    assert_int_equal(unlinkat(fixture->root_fd, name, 0), 0);
    assert_int_equal(mkfifoat(fixture->root_fd, name, 0600), 0);
    before = the_file(fixture, name);
    check_replaced(fixture, &before);
}

static void test_cache_file_of_another_profile_refused(void **state)
{
    struct fixture *fixture = *state;
    struct filter_profile other = profile;
    struct stat before;
    char name[128], other_name[128];

    check(fixture, &profile);
    the_file(fixture, name);
    assert_int_equal(unlinkat(fixture->root_fd, name, 0), 0);
    other.default_action = SECCOMP_RET_ALLOW;
    check(fixture, &other);
    the_file(fixture, other_name);
    assert_int_equal(renameat(fixture->root_fd, other_name, fixture->root_fd, name), 0);
    before = the_file(fixture, name);
    check_replaced(fixture, &before);
}

static void test_cache_open_directory_closed(void **state)
{
    struct fixture *fixture = *state;
    struct stat before, directory;
    char name[128];

    check(fixture, &profile);
    before = the_file(fixture, name);
    assert_int_equal(fchmodat(fixture->root_fd, DIRECTORY, 0777, 0), 0);
    check_replaced(fixture, &before);
    assert_int_equal(fstatat(fixture->root_fd, DIRECTORY, &directory, 0), 0);
    assert_int_equal(directory.st_mode, S_IFDIR | 0700);
}

static void test_cache_directory_link_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct stat directory;
    char name[128];

    assert_int_equal(mkdirat(fixture->root_fd, "elsewhere", 0700), 0);
    assert_int_equal(symlinkat("elsewhere", fixture->root_fd, DIRECTORY), 0);
    check(fixture, &profile);
    assert_int_equal(fstatat(fixture->root_fd, DIRECTORY, &directory, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(directory.st_mode, S_IFDIR | 0700);
    the_file(fixture, name);
    /* Still empty. */
    assert_int_equal(unlinkat(fixture->root_fd, "elsewhere", AT_REMOVEDIR), 0);
}

static void test_cache_of_others_not_used(void **state)
{
    struct fixture *fixture = *state;

    if (geteuid() != 0)
        skip();
    assert_int_equal(mkdirat(fixture->root_fd, DIRECTORY, 0700), 0);
    assert_int_equal(fchownat(fixture->root_fd, DIRECTORY, 65534, 65534, 0), 0);
    check(fixture, &profile);
    assert_int_equal(count_files(fixture), 0);
}

static void test_cache_without_root_compiles(void **state)
{
    struct fixture *fixture = *state;
    struct filter_program program;
    struct error err;

    assert_int_equal(filter_cache_get(&fixture->arena, -1, &profile, &program, &err), 0);
    assert_true(program.n_instructions > 0);
    assert_int_equal(count_files(fixture), 0);
}

static void test_cache_unwritable_root_is_no_error(void **state)
{
    struct fixture *fixture = *state;

    /* A directory that has been removed takes no new entries, not even from root. */
    assert_int_equal(rmdir(fixture->root), 0);
    check(fixture, &profile);
}

static void test_cache_refused_profile_not_stored(void **state)
{
    static const struct filter_argument seventh[] = { { .index = 6 } };
    struct filter_rule rule = rules[0];
    struct filter_profile wrong = { .rules = &rule, .n_rules = 1 };
    struct fixture *fixture = *state;
    struct filter_program program;
    struct error err;

    rule.arguments = seventh;
    rule.n_arguments = 1;
    assert_int_equal(filter_cache_get(&fixture->arena, fixture->root_fd, &wrong, &program, &err),
                     -EINVAL);
    assert_int_equal(count_files(fixture), 0);
}

static void test_cache_does_not_grow_without_end(void **state)
{
    static const struct timespec long_ago[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
    struct fixture *fixture = *state;
    struct filter_profile other = profile;
    struct stat st;
    char name[128];

    check(fixture, &profile);
    the_file(fixture, name);
    assert_int_equal(utimensat(fixture->root_fd, name, long_ago, 0), 0);
    for (uint32_t i = 0; i < MAX_ENTRIES + 20; i++) {
        other.default_action = SECCOMP_RET_ERRNO | (100 + i);
        get(fixture, &other);
        assert_in_range(count_files(fixture), 1, MAX_ENTRIES);
    }
    assert_int_equal(count_files(fixture), MAX_ENTRIES);
    /* The first one has gone. */
    assert_int_equal(fstatat(fixture->root_fd, name, &st, 0), -1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cache_second_time_found),
        TEST(test_cache_every_field_counts),
        TEST(test_cache_any_changed_byte_seen),
        TEST(test_cache_wrong_sizes_seen),
        TEST(test_cache_open_modes_seen),
        TEST(test_cache_other_owner_seen),
        TEST(test_cache_link_not_followed),
        TEST(test_cache_fifo_not_waited_for),
        TEST(test_cache_file_of_another_profile_refused),
        TEST(test_cache_open_directory_closed),
        TEST(test_cache_directory_link_replaced),
        TEST(test_cache_of_others_not_used),
        TEST(test_cache_without_root_compiles),
        TEST(test_cache_unwritable_root_is_no_error),
        TEST(test_cache_refused_profile_not_stored),
        TEST(test_cache_does_not_grow_without_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
