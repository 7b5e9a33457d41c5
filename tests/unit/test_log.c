/* SPDX-License-Identifier: Apache-2.0
 *
 * The log as callers read it, written into a pipe.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/io.h"
#include "agentrun/base/json.h"
#include "agentrun/base/log.h"
#include "agentrun/base/scope.h"

struct fixture {
    int read_fd;
    struct log log;
    char text[8192];
    struct arena arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    int fds[2];

    if (!fixture || pipe2(fds, O_CLOEXEC) < 0)
        return -1;
    fixture->read_fd = fds[0];
    fixture->log = (struct log){ .fd = fds[1], .level = LOG_INFO };
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    close(fixture->read_fd);
    if (fixture->log.fd >= 0)
        close(fixture->log.fd);
    arena_release(&fixture->arena);
    free(fixture);
    return 0;
}

/* All that was written; the log is closed. */
static const char *written(struct fixture *fixture)
{
    ssize_t n_read;

    close(take_fd(&fixture->log.fd));
    n_read = io_read_full(fixture->read_fd, fixture->text, sizeof fixture->text - 1);
    assert_true(n_read >= 0);
    fixture->text[n_read] = '\0';
    return fixture->text;
}

/* "2026-01-31T23:59:59Z" */
static void assert_is_time(const char *text)
{
    static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";

    for (size_t i = 0; pattern[i]; i++)
        assert_true(pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i]);
}

static void test_log_text_lines_hold_time_level_message(void **state)
{
    struct fixture *fixture = *state;
    const char *text;

    log_write(&fixture->log, LOG_WARNING, "a %s", "b");
    text = written(fixture);
    assert_is_time(text);
    assert_string_equal(text + strlen("2026-01-31T23:59:59Z"), " warning: a b\n");
}

static void test_log_json_lines_are_read_by_any_parser(void **state)
{
    struct fixture *fixture = *state;
    struct json_document document;
    struct error err;
    const char *text;

    fixture->log.json = true;
    log_write(&fixture->log, LOG_ERROR, "say \"no\"\nand more");
    text = written(fixture);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_int_equal(json_parse(&fixture->arena, "log", text, strlen(text), &document, &err), 0);
    assert_int_equal(document.root->n_children, 3);
    assert_string_equal(json_at(&document, "level")->string, "error");
    assert_string_equal(json_at(&document, "msg")->string, "say \"no\"\nand more");
    assert_is_time(json_at(&document, "time")->string);
    assert_int_equal(strlen(json_at(&document, "time")->string), 20);
}

static void test_log_levels_above_are_silent(void **state)
{
    struct fixture *fixture = *state;

    log_write(&fixture->log, LOG_DEBUG, "x");
    fixture->log.level = LOG_ERROR;
    log_write(&fixture->log, LOG_INFO, "x");
    log_write(&fixture->log, LOG_WARNING, "x");
    assert_string_equal(written(fixture), "");
}

/* A message of the container's making must not forge a second line. */
static void test_log_text_lines_stay_one_line(void **state)
{
    struct fixture *fixture = *state;
    const char *text;

    log_write(&fixture->log, LOG_INFO, "a\n2026-01-31T23:59:59Z error: forged");
    text = written(fixture);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_log_long_messages_are_cut(void **state)
{
    struct fixture *fixture = *state;
    char message[6000];
    const char *text;

    memset(message, 'x', sizeof message);
    message[sizeof message - 1] = '\0';
    log_write(&fixture->log, LOG_INFO, "%s", message);
    text = written(fixture);
    assert_true(strlen(text) > 1000 && strlen(text) < 2200);
    assert_int_equal(text[strlen(text) - 1], '\n');
}

static void test_log_file_is_appended_to(void **state)
{
    char path[] = "/tmp/agentrun-log-XXXXXX";
    auto_close int fd = mkstemp(path);
    struct log log = { .fd = -1, .level = LOG_INFO };
    struct error err;
    char text[200] = "";

    (void)state;
    assert_int_equal(io_write_all(fd, "first\n", 6), 0);
    assert_int_equal(log_open(&log, path, &err), 0);
    assert_int_equal(fcntl(log.fd, F_GETFD), FD_CLOEXEC);
    log_write(&log, LOG_INFO, "second");
    close(log.fd);
    unlink(path);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_true(io_read_full(fd, text, sizeof text - 1) > 6);
    assert_memory_equal(text, "first\n", 6);
    assert_non_null(strstr(text, " info: second\n"));
    assert_int_equal(log_open(&log, "/nonexistent/log", &err), -ENOENT);
    assert_string_equal(err.text, "open log '/nonexistent/log': no such file or directory");
}

static void test_log_level_parse_knows_four_names(void **state)
{
    enum log_level level = LOG_INFO;

    (void)state;
    assert_true(log_level_parse("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_true(log_level_parse("error", &level));
    assert_int_equal(level, LOG_ERROR);
    assert_false(log_level_parse("Error", &level));
    assert_false(log_level_parse("", &level));
    assert_false(log_level_parse("fatal", &level));
    assert_int_equal(level, LOG_ERROR);
}

#define WITH_PIPE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PIPE(test_log_text_lines_hold_time_level_message),
        WITH_PIPE(test_log_json_lines_are_read_by_any_parser),
        WITH_PIPE(test_log_levels_above_are_silent),
        WITH_PIPE(test_log_text_lines_stay_one_line),
        WITH_PIPE(test_log_long_messages_are_cut),
        cmocka_unit_test(test_log_file_is_appended_to),
        cmocka_unit_test(test_log_level_parse_knows_four_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
