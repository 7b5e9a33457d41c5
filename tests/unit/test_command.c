/* SPDX-License-Identifier: Apache-2.0
 *
 * The program as callers see it: exit codes, standard error, log lines. What needs a container is
 * tested elsewhere; here there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/json.h"
#include "agentrun/base/scope.h"

#define PROGRAM          "./agentrun"
#define MAX_WORDS        16
#define MAX_OUTPUT_BYTES 65536

static struct arena arena;
static struct error err;
static char directory[] = "/tmp/agentrun-test-XXXXXX", root[64], log_file[64];

struct outcome {
    int exit_code; /* -1: ended by a signal */
    char *out, *err;
};

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(root, sizeof root, "%s/root", directory);
    snprintf(log_file, sizeof log_file, "%s/log", directory);
    return access(PROGRAM, X_OK);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(log_file);
    rmdir(root);
    return rmdir(directory);
}

static char *read_back(int fd)
{
    char *text;
    size_t n_bytes;

    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(io_read_all(&arena, fd, "output", MAX_OUTPUT_BYTES, &text, &n_bytes, &err), 0);
    close(fd);
    return text;
}

static struct outcome run(const char *const *words)
{
    int out_fd = open(directory, O_TMPFILE | O_RDWR, 0600);
    int err_fd = open(directory, O_TMPFILE | O_RDWR, 0600);
    struct outcome outcome = { .exit_code = -1 };
    char *argv[MAX_WORDS] = { (char *)(uintptr_t)PROGRAM };
    int status;
    pid_t child;

    for (size_t i = 0; words[i]; i++)
        argv[i + 1] = (char *)(uintptr_t)words[i];
    child = fork();
    if (child == 0) {
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        execv(PROGRAM, argv);
        _exit(126);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        outcome.exit_code = WEXITSTATUS(status);
    outcome.out = read_back(out_fd);
    outcome.err = read_back(err_fd);
    return outcome;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static char *take_log(void)
{
    char *text;
    size_t n_bytes;

    assert_int_equal(
        io_read_file_at(&arena, AT_FDCWD, log_file, MAX_OUTPUT_BYTES, &text, &n_bytes, &err), 0);
    unlink(log_file);
    return text;
}

static void expect_failure(const struct outcome *outcome, int exit_code, const char *text)
{
    assert_int_equal(outcome->exit_code, exit_code);
    assert_string_equal(outcome->out, "");
    assert_string_equal(outcome->err, arena_format(&arena, "%s\n", text));
}

static void test_unknown_container_in_the_words_of_callers(void **state)
{
    static const struct {
        const char *command;
        int exit_code;
    } rows[] = {
        { "start", 1 }, { "state", 1 }, { "kill", 1 },   { "delete", 1 },
        { "ps", 1 },    { "pause", 1 }, { "resume", 1 }, { "update", 1 },
    };
    struct outcome outcome;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        outcome = RUN("--root", root, rows[i].command, "nobody");
        expect_failure(&outcome, rows[i].exit_code, "container does not exist");
    }
    outcome = RUN("--root", root, "exec", "nobody", "true");
    expect_failure(&outcome, 255, "container does not exist");
}

static void test_delete_forced_unknown_is_silent_success(void **state)
{
    struct outcome outcome = RUN("--root", root, "--log", log_file, "delete", "--force", "nobody");

    (void)state;
    assert_int_equal(outcome.exit_code, 0);
    assert_string_equal(outcome.out, "");
    assert_string_equal(outcome.err, "");
    assert_string_equal(take_log(), "");
}

static void test_id_that_is_a_path_is_refused(void **state)
{
    struct outcome outcome = RUN("--root", root, "delete", "--force", "../root");

    (void)state;
    expect_failure(&outcome, 1, "invalid container ID format: '../root'");
}

static void test_log_json_error_is_one_object(void **state)
{
    struct outcome outcome =
        RUN("--root", root, "--log", log_file, "--log-format", "json", "state", "nobody");
    char *text = take_log();
    struct json_document document;
    const struct json *time;

    (void)state;
    assert_int_equal(outcome.exit_code, 1);
    assert_int_equal(json_parse(&arena, "log", text, strlen(text), &document, &err), 0);
    assert_int_equal(document.root->n_children, 3);
    assert_string_equal(json_member(document.root, "level")->string, "error");
    assert_string_equal(json_member(document.root, "msg")->string, "container does not exist");
    time = json_member(document.root, "time");
    assert_int_equal(strlen(time->string), strlen("2026-01-02T03:04:05Z"));
    assert_int_equal(time->string[10], 'T');
    assert_int_equal(time->string[19], 'Z');
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_log_text_error_is_one_line(void **state)
{
    struct outcome outcome = RUN("--root", root, "--log", log_file, "state", "nobody");
    char *text = take_log();

    (void)state;
    assert_int_equal(outcome.exit_code, 1);
    assert_non_null(strstr(text, " error: container does not exist\n"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void test_log_has_also_errors_of_options(void **state)
{
    static const char *const options[] = { "--no-such-option", "create", "state" };
    struct outcome outcome;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        outcome = RUN("--log", log_file, "--log-format", "json", options[i], "--no-such-option");
        assert_int_equal(outcome.exit_code, 1);
        assert_non_null(strstr(take_log(), "unknown option '--no-such-option'"));
    }
}

static void test_log_that_cannot_be_opened_is_told(void **state)
{
    struct outcome outcome = RUN("--log", "/nonexistent/log", "state", "nobody");

    (void)state;
    expect_failure(&outcome, 1, "open log '/nonexistent/log': no such file or directory");
}

static void test_globals_wrong_values_are_refused(void **state)
{
    static const struct {
        const char *option, *text;
    } rows[] = {
        { "--log-format=xml", "--log-format: expected text or json, got xml" },
        { "--log-level=loud", "--log-level: expected error, warning, info or debug, got loud" },
        { "--rootless=maybe", "--rootless: expected auto, true or false, got maybe" },
        { "--cgroup-manager=none", "--cgroup-manager: expected cgroupfs or systemd, got none" },
        { "--root=/", "--root: / cannot be the root directory" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct outcome outcome = RUN(rows[i].option, "list");

        expect_failure(&outcome, 1, rows[i].text);
    }
}

static void test_globals_no_limits_is_against_the_policy(void **state)
{
    struct outcome outcome = RUN("--cgroup-manager", "disabled", "list");

    (void)state;
    assert_int_equal(outcome.exit_code, 1);
    assert_memory_equal(outcome.err, "agentrun: policy: ", 18);
}

static void test_usage_errors_are_one_line(void **state)
{
    struct outcome outcome = RUN("frobnicate");

    (void)state;
    expect_failure(&outcome, 1, "unknown command 'frobnicate'; try agentrun --help");
    outcome = RUN("state");
    expect_failure(&outcome, 1, "state: too few arguments; expected: ID");
    outcome = RUN("state", "a", "b");
    expect_failure(&outcome, 1, "state: too many arguments; expected: ID");
    outcome = RUN("kill", "a", "FOO");
    expect_failure(&outcome, 1, "unknown signal \"FOO\"");
    outcome = RUN("exec", "a");
    expect_failure(&outcome, 255, "exec: neither a command nor --process was given");
}

static void test_unsupported_commands_fail_also_when_asked_for_help(void **state)
{
    static const char *const commands[] = { "checkpoint", "restore", "events" };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        struct outcome outcome = RUN(commands[i], "--help");

        assert_int_equal(outcome.exit_code, 1);
        assert_string_equal(outcome.out, "");
        assert_non_null(strstr(outcome.err, "not supported"));
    }
}

static void test_version_has_the_lines_that_engines_read(void **state)
{
    static const char *const options[] = { "--version", "-v", "-V" };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        struct outcome outcome = RUN(options[i]);

        assert_int_equal(outcome.exit_code, 0);
        assert_string_equal(outcome.err, "");
        assert_memory_equal(outcome.out, "agentrun version ", 17);
        assert_non_null(strstr(outcome.out, "\ncommit: "));
        assert_non_null(strstr(outcome.out, "\nspec: 1."));
    }
}

static void test_features_is_json_and_claims_nothing_absent(void **state)
{
    struct outcome outcome = RUN("features");
    struct json_document document;
    const struct json *cgroup;

    (void)state;
    assert_int_equal(outcome.exit_code, 0);
    assert_string_equal(outcome.err, "");
    assert_int_equal(
        json_parse(&arena, "features", outcome.out, strlen(outcome.out), &document, &err), 0);
    assert_non_null(json_member(document.root, "ociVersionMin"));
    assert_non_null(json_member(document.root, "ociVersionMax"));
    assert_null(json_member(document.root, "potentiallyUnsafeConfigAnnotations"));
    cgroup = json_member(json_member(document.root, "linux"), "cgroup");
    assert_false(json_member(cgroup, "systemd")->boolean);
    assert_null(strstr(outcome.out, "\"remount\""));
}

static void test_list_of_nothing_is_an_empty_array(void **state)
{
    struct outcome outcome = RUN("--root", root, "list", "--format", "json");

    (void)state;
    assert_int_equal(outcome.exit_code, 0);
    assert_string_equal(outcome.out, "[]\n");
    assert_string_equal(outcome.err, "");
}

static void test_list_leaves_foreign_directories_out(void **state)
{
    char path[96];
    struct outcome outcome;

    (void)state;
    assert_int_equal(mkdir(root, 0700), 0);
    snprintf(path, sizeof path, "%s/foreign", root);
    assert_int_equal(mkdir(path, 0700), 0);
    outcome = RUN("--root", root, "list", "-q");
    assert_int_equal(outcome.exit_code, 0);
    assert_string_equal(outcome.out, "");
    assert_string_equal(outcome.err, "");
    assert_int_equal(rmdir(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_container_in_the_words_of_callers),
        cmocka_unit_test(test_delete_forced_unknown_is_silent_success),
        cmocka_unit_test(test_id_that_is_a_path_is_refused),
        cmocka_unit_test(test_log_json_error_is_one_object),
        cmocka_unit_test(test_log_text_error_is_one_line),
        cmocka_unit_test(test_log_has_also_errors_of_options),
        cmocka_unit_test(test_log_that_cannot_be_opened_is_told),
        cmocka_unit_test(test_globals_wrong_values_are_refused),
        cmocka_unit_test(test_globals_no_limits_is_against_the_policy),
        cmocka_unit_test(test_usage_errors_are_one_line),
        cmocka_unit_test(test_unsupported_commands_fail_also_when_asked_for_help),
        cmocka_unit_test(test_version_has_the_lines_that_engines_read),
        cmocka_unit_test(test_features_is_json_and_claims_nothing_absent),
        cmocka_unit_test(test_list_of_nothing_is_an_empty_array),
        cmocka_unit_test(test_list_leaves_foreign_directories_out),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
