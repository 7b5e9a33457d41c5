/* SPDX-License-Identifier: Apache-2.0
 *
 * Complete reads and writes, in a directory of our own.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"

struct fixture {
    char path[PATH_MAX];
    int directory_fd;
    struct arena arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const char *base = getenv("TMPDIR");

    if (!fixture)
        return -1;
    snprintf(fixture->path, sizeof fixture->path, "%s/agentrun-io-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(fixture->path))
        return -1;
    fixture->directory_fd = open(fixture->path, O_DIRECTORY | O_CLOEXEC);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = { "file", ".file", "fifo", "link", "sub/file", "sub/.file" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        unlinkat(fixture->directory_fd, names[i], 0);
    unlinkat(fixture->directory_fd, "sub", AT_REMOVEDIR);
    close(fixture->directory_fd);
    arena_release(&fixture->arena);
    if (rmdir(fixture->path) < 0)
        return -1;
    free(fixture);
    return 0;
}

static void put(const struct fixture *fixture, const char *name, const char *text)
{
    auto_close int fd = openat(fixture->directory_fd, name, O_CREAT | O_TRUNC | O_WRONLY, 0600);

    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, text, strlen(text)), 0);
}

static void assert_content(struct fixture *fixture, const char *name, const char *expected)
{
    struct error err;
    size_t n_bytes;
    char *text;

    if (io_read_file_at(&fixture->arena, fixture->directory_fd, name, 1 << 20, &text, &n_bytes,
                        &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(n_bytes, strlen(expected));
    assert_string_equal(text, expected);
}

static void test_io_file_is_read_whole(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "file", "");
    assert_content(fixture, "file", "");
    put(fixture, "file", "hello\n");
    assert_content(fixture, "file", "hello\n");
}

static void test_io_file_above_the_limit_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    size_t n_bytes = 77;
    char *text = NULL;

    put(fixture, "file", "12345");
    assert_int_equal(
        io_read_file_at(&fixture->arena, fixture->directory_fd, "file", 4, &text, &n_bytes, &err),
        -E2BIG);
    assert_string_equal(err.text, "file: larger than 4 bytes");
    assert_null(text);
    assert_int_equal(n_bytes, 77);
    assert_int_equal(
        io_read_file_at(&fixture->arena, fixture->directory_fd, "file", 5, &text, &n_bytes, &err),
        0);
    assert_int_equal(n_bytes, 5);
}

/* A directory, and a fifo on which open(2) or read(2) could wait for ever. */
static void test_io_what_is_no_file_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    size_t n_bytes;
    char *text;

    assert_int_equal(mkfifoat(fixture->directory_fd, "fifo", 0600), 0);
    assert_int_equal(
        io_read_file_at(&fixture->arena, fixture->directory_fd, "fifo", 9, &text, &n_bytes, &err),
        -EINVAL);
    assert_string_equal(err.text, "'fifo' is not a regular file");
    assert_int_equal(
        io_read_file_at(&fixture->arena, fixture->directory_fd, ".", 9, &text, &n_bytes, &err),
        -EINVAL);
    assert_int_equal(
        io_read_file_at(&fixture->arena, fixture->directory_fd, "none", 9, &text, &n_bytes, &err),
        -ENOENT);
    assert_string_equal(err.text, "open 'none': no such file or directory");
}

/* From a pipe: no size is known, and the text comes in pieces. */
static void test_io_pipe_is_read_to_its_end(void **state)
{
    struct fixture *fixture = *state;
    const size_t n_sent = 100000;
    char *sent = arena_alloc(&fixture->arena, n_sent);
    struct error err;
    int fds[2], status;
    size_t n_bytes;
    pid_t child;
    char *text;

    memset(sent, 'p', n_sent);
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    child = fork();
    if (child == 0)
        _exit(io_write_all(fds[1], sent, n_sent) ? 1 : 0);
    close(fds[1]);
    assert_int_equal(io_read_all(&fixture->arena, fds[0], "-", n_sent, &text, &n_bytes, &err), 0);
    close(fds[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(n_bytes, n_sent);
    assert_memory_equal(text, sent, n_sent);
    assert_int_equal(text[n_sent], '\0');
}

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

/* A signal without SA_RESTART interrupts the read; the rest is still read. */
static void test_io_read_continues_after_a_signal(void **state)
{
    struct sigaction action = { .sa_handler = do_nothing }, old;
    pid_t parent = getpid(), child;
    char buffer[8] = "";
    int fds[2];

    (void)state;
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        close(fds[0]);
        for (int i = 0; i < 3; i++) {
            kill(parent, SIGUSR1);
            usleep(1000);
            if (write(fds[1], "ab", 2) != 2)
                _exit(1);
        }
        _exit(0);
    }
    close(fds[1]);
    assert_int_equal(io_read_full(fds[0], buffer, sizeof buffer), 6);
    assert_memory_equal(buffer, "ababab", 6);
    close(fds[0]);
    waitpid(child, NULL, 0);
    sigaction(SIGUSR1, &old, NULL);
}

static void test_io_write_all_reports_errors(void **state)
{
    struct fixture *fixture = *state;

    put(fixture, "file", "x");
    auto_close int fd = openat(fixture->directory_fd, "file", O_RDONLY | O_CLOEXEC);
    char byte;

    assert_int_equal(io_write_all(fd, "y", 1), -EBADF);
    assert_int_equal(io_write_all(-1, "y", 1), -EBADF);
    assert_int_equal(io_read_full(-1, &byte, 1), -EBADF);
    assert_int_equal(io_write_all(-1, "", 0), 0);
}

static void test_io_replace_puts_a_file_into_place(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    struct stat st;

    assert_int_equal(mkdirat(fixture->directory_fd, "sub", 0700), 0);
    put(fixture, "sub/file", "old and longer");
    /* What a killed predecessor left is in nobody's way. */
    put(fixture, "sub/.file", "left");
    if (io_replace_file_at(fixture->directory_fd, "sub/file", "new", 3, 0640, &err) < 0)
        fail_msg("%s", err.text);
    assert_content(fixture, "sub/file", "new");
    assert_int_equal(fstatat(fixture->directory_fd, "sub/file", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(faccessat(fixture->directory_fd, "sub/.file", F_OK, 0), -1);
}

/* A link under the temporary name must not lead the write anywhere else. */
static void test_io_replace_follows_no_link(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    put(fixture, "file", "victim");
    assert_int_equal(symlinkat("file", fixture->directory_fd, ".link"), 0);
    assert_int_equal(io_replace_file_at(fixture->directory_fd, "link", "new", 3, 0600, &err), 0);
    assert_content(fixture, "file", "victim");
    assert_content(fixture, "link", "new");
}

static void test_io_replace_failure_leaves_the_old_file(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    assert_int_equal(io_replace_file_at(fixture->directory_fd, "none/file", "x", 1, 0600, &err),
                     -ENOENT);
    assert_string_equal(err.text, "create 'none/.file': no such file or directory");
    assert_int_equal(mkdirat(fixture->directory_fd, "sub", 0700), 0);
    assert_int_equal(io_replace_file_at(fixture->directory_fd, "sub", "x", 1, 0600, &err), -EISDIR);
    assert_int_equal(faccessat(fixture->directory_fd, ".sub", F_OK, 0), -1);
}

static void test_io_kernel_file_is_written_in_place(void **state)
{
    struct fixture *fixture = *state;
    struct error err;

    assert_int_equal(io_write_kernel_file_at(fixture->directory_fd, "file", "max", &err), -ENOENT);
    assert_string_equal(err.text, "open 'file': no such file or directory");
    put(fixture, "file", "");
    assert_int_equal(io_write_kernel_file_at(fixture->directory_fd, "file", "max", &err), 0);
    assert_content(fixture, "file", "max");
    assert_int_equal(symlinkat("file", fixture->directory_fd, "link"), 0);
    assert_int_equal(io_write_kernel_file_at(fixture->directory_fd, "link", "0", &err), -ELOOP);
}

static void test_io_kernel_file_is_read_without_line_feed(void **state)
{
    struct fixture *fixture = *state;
    char buffer[8];
    struct error err;

    put(fixture, "file", "123456\n");
    assert_int_equal(
        io_read_kernel_file_at(fixture->directory_fd, "file", buffer, sizeof buffer, &err), 6);
    assert_string_equal(buffer, "123456");
    put(fixture, "file", "1234567\n");
    assert_int_equal(
        io_read_kernel_file_at(fixture->directory_fd, "file", buffer, sizeof buffer, &err), -E2BIG);
    put(fixture, "file", "");
    assert_int_equal(
        io_read_kernel_file_at(fixture->directory_fd, "file", buffer, sizeof buffer, &err), 0);
    assert_string_equal(buffer, "");
}

static void test_io_format_refuses_to_cut(void **state)
{
    char buffer[8];
    struct error err;

    (void)state;
    assert_int_equal(io_format(buffer, sizeof buffer, &err, "%s", "1234567"), 0);
    assert_string_equal(buffer, "1234567");
    assert_int_equal(io_format(buffer, sizeof buffer, &err, "%s", "12345678"), -ENAMETOOLONG);
    assert_string_equal(err.text, "the path '1234567…' is too long");
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILES(test_io_file_is_read_whole),
        WITH_FILES(test_io_file_above_the_limit_is_refused),
        WITH_FILES(test_io_what_is_no_file_is_refused),
        WITH_FILES(test_io_pipe_is_read_to_its_end),
        cmocka_unit_test(test_io_read_continues_after_a_signal),
        WITH_FILES(test_io_write_all_reports_errors),
        WITH_FILES(test_io_replace_puts_a_file_into_place),
        WITH_FILES(test_io_replace_follows_no_link),
        WITH_FILES(test_io_replace_failure_leaves_the_old_file),
        WITH_FILES(test_io_kernel_file_is_written_in_place),
        WITH_FILES(test_io_kernel_file_is_read_without_line_feed),
        cmocka_unit_test(test_io_format_refuses_to_cut),
    };

    umask(022);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
