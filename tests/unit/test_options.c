/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

struct target {
    bool detach, all;
    const char *file, *path;
    struct option_list env;
    unsigned n_fds;
};

static const struct command_option options[] = {
    { "detach", 'd', OPTION_FLAG, offsetof(struct target, detach), NULL, "" },
    { "all", 'a', OPTION_FLAG, offsetof(struct target, all), NULL, "" },
    { "file", 'f', OPTION_TEXT, offsetof(struct target, file), "FILE", "" },
    { "path", 0, OPTION_PATH, offsetof(struct target, path), "PATH", "" },
    { "env", 'e', OPTION_LIST, offsetof(struct target, env), "NAME=VALUE", "" },
    { "preserve-fds", 0, OPTION_UNSIGNED, offsetof(struct target, n_fds), "N", "" },
    { "no-subreaper", 0, OPTION_IGNORED_FLAG, 0, NULL, "" },
    { "criu", 0, OPTION_IGNORED_TEXT, 0, "PATH", "" },
};

static struct arena arena;
static struct error err;
static struct target target;
static size_t n_read;

static int parse(const char *const *words)
{
    size_t n_words = 0;

    while (words[n_words])
        n_words++;
    memset(&target, 0, sizeof target);
    n_read = SIZE_MAX;
    return options_parse(&arena, options, ARRAY_SIZE(options), words, n_words, &target, &n_read,
                         &err);
}

#define PARSE(...) parse((const char *const[]){ __VA_ARGS__, NULL })

static void test_parse_value_every_form_is_read(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--file", "x"), 0);
    assert_string_equal(target.file, "x");
    assert_int_equal(PARSE("--file=x=y"), 0);
    assert_string_equal(target.file, "x=y");
    assert_int_equal(PARSE("-file", "x"), 0);
    assert_string_equal(target.file, "x");
    assert_int_equal(PARSE("-f", "-"), 0);
    assert_string_equal(target.file, "-");
    assert_int_equal(PARSE("-fx"), 0);
    assert_string_equal(target.file, "x");
    assert_int_equal(PARSE("-f=x"), 0);
    assert_string_equal(target.file, "x");
    assert_int_equal(PARSE("--file", "-1"), 0);
    assert_string_equal(target.file, "-1");
    assert_int_equal(PARSE("--file="), 0);
    assert_string_equal(target.file, "");
}

static void test_parse_flag_every_form_is_read(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--detach"), 0);
    assert_true(target.detach);
    assert_int_equal(PARSE("-detach"), 0);
    assert_true(target.detach);
    assert_int_equal(PARSE("--detach=true"), 0);
    assert_true(target.detach);
    assert_int_equal(PARSE("--detach", "--detach=false"), 0);
    assert_false(target.detach);
    assert_int_equal(PARSE("-da"), 0);
    assert_true(target.detach && target.all);
    assert_int_equal(PARSE("-daf", "x", "ID"), 0);
    assert_true(target.detach && target.all);
    assert_string_equal(target.file, "x");
    assert_int_equal(n_read, 2);
}

static void test_parse_positional_ends_the_options(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-d", "ID", "--all"), 0);
    assert_int_equal(n_read, 1);
    assert_false(target.all);
    assert_int_equal(PARSE("ID", "-9"), 0);
    assert_int_equal(n_read, 0);
    assert_int_equal(PARSE("-d", "--", "--all"), 0);
    assert_int_equal(n_read, 2);
    assert_false(target.all);
    assert_int_equal(PARSE("-", "--all"), 0);
    assert_int_equal(n_read, 0);
    assert_int_equal(PARSE("--file", "--", "ID"), 0);
    assert_string_equal(target.file, "--");
    assert_int_equal(n_read, 2);
}

static void test_parse_repeated_option_is_collected_in_order(void **state)
{
    static const char *const expected[] = { "A=1", "B=2", "C=", "D=4", "E=5" };

    (void)state;
    assert_int_equal(PARSE("-e", "A=1", "--env", "B=2", "--env=C=", "-eD=4", "-env", "E=5", "ID"),
                     0);
    assert_int_equal(target.env.n_values, ARRAY_SIZE(expected));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        assert_string_equal(target.env.values[i], expected[i]);
}

static void test_parse_ignored_option_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-no-subreaper", "--criu", "/sbin/criu", "-d", "ID"), 0);
    assert_true(target.detach);
    assert_int_equal(n_read, 4);
    assert_int_equal(PARSE("--no-subreaper=maybe"), -EINVAL);
}

static void test_parse_wrong_word_is_one_clear_error(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--detach", "--fil", "x"), -EINVAL);
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_string_equal(err.text, "unknown option '--fil'");
    assert_true(target.detach); /* what stood before it was read */
    assert_int_equal(PARSE("-dx"), -EINVAL);
    assert_string_equal(err.text, "unknown option '-dx'");
    assert_int_equal(PARSE("--d"), -EINVAL);
    assert_int_equal(PARSE("--=x"), -EINVAL);
    assert_int_equal(PARSE("--file"), -EINVAL);
    assert_string_equal(err.text, "--file: the argument is missing");
    assert_int_equal(PARSE("--detach=perhaps"), -EINVAL);
    assert_string_equal(err.text, "--detach: expected true or false, got perhaps");
}

static void test_parse_number_is_strict(void **state)
{
    static const char *const wrong[] = { "", "-1", "+1", "1 ", "0x1", "01", "4294967296", "one" };

    (void)state;
    assert_int_equal(PARSE("--preserve-fds", "4294967295"), 0);
    assert_int_equal(target.n_fds, UINT32_MAX);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_true(PARSE("--preserve-fds", wrong[i]) < 0);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_memory_equal(err.text, "--preserve-fds: ", 16);
    }
}

static void test_parse_path_becomes_absolute(void **state)
{
    char *directory = getcwd(NULL, 0);

    (void)state;
    assert_int_equal(PARSE("--path", "/a/../b"), 0);
    assert_string_equal(target.path, "/a/../b");
    assert_int_equal(PARSE("--path", "a/b"), 0);
    assert_memory_equal(target.path, directory, strlen(directory));
    assert_string_equal(target.path + strlen(directory), "/a/b");
    assert_int_equal(PARSE("--path", ""), -EINVAL);
    free(directory);
}

static void test_parse_help_is_told(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-d", "--help"), OPTIONS_HELP);
    assert_int_equal(PARSE("-h"), OPTIONS_HELP);
    assert_int_equal(PARSE("ID", "--help"), 0);
}

static void test_describe_names_every_option(void **state)
{
    const char *text = options_describe(&arena, options, ARRAY_SIZE(options));

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++)
        assert_non_null(strstr(text, options[i].name));
    assert_non_null(strstr(text, "-f, --file FILE"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_value_every_form_is_read),
        cmocka_unit_test(test_parse_flag_every_form_is_read),
        cmocka_unit_test(test_parse_positional_ends_the_options),
        cmocka_unit_test(test_parse_repeated_option_is_collected_in_order),
        cmocka_unit_test(test_parse_ignored_option_is_accepted),
        cmocka_unit_test(test_parse_wrong_word_is_one_clear_error),
        cmocka_unit_test(test_parse_number_is_strict),
        cmocka_unit_test(test_parse_path_becomes_absolute),
        cmocka_unit_test(test_parse_help_is_told),
        cmocka_unit_test(test_describe_names_every_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
