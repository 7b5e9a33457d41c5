/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as text, and text that grows.
 */
#include "agentrun/base/scope.h"
#include "agentrun/plan/path.h"
#include "agentrun/plan/text.h"
#include "plan_fixture.h"

static void test_clean_each_form(void **state)
{
    static const char *const cases[][2] = {
        { "", "/" },
        { "/", "/" },
        { "a", "/a" },
        { "/a/b", "/a/b" },
        { "//a///b/", "/a/b" },
        { "/./a/./", "/a" },
        { "/a/../b", "/b" },
        { "/..", "/" },
        { "/../../a/..", "/" },
        { "a/b/../../c", "/c" },
        { "/...", "/..." },
        { "/.a/..b/c.", "/.a/..b/c." },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena arena = { 0 };

        assert_string_equal(plan_path_clean(&arena, cases[i][0]), cases[i][1]);
        arena_release(&arena);
    }
}

static void test_join_stays_below_nothing(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_string_equal(plan_path_join(&arena, "/a/b", "c"), "/a/b/c");
    assert_string_equal(plan_path_join(&arena, "/a/b", ".."), "/a");
    assert_string_equal(plan_path_join(&arena, "/", ".."), "/");
    arena_release(&arena);
}

static void test_text_grows(void **state)
{
    struct arena arena = { 0 };
    struct text text = { .arena = &arena };

    (void)state;
    for (int i = 0; i < 10000; i++)
        text_add(&text, "%d,", i % 10);
    assert_int_equal(strlen(text.start), 20000);
    assert_memory_equal(text.start + 19998, "9,", 3);
    arena_release(&arena);
}

static void test_text_quotes_what_would_mislead(void **state)
{
    struct arena arena = { 0 };
    struct text text = { .arena = &arena };

    (void)state;
    text_add_quoted(&text, "a\"b\\c\nd\x7f\xc3\xa9");
    text_add(&text, " ");
    text_add_quoted(&text, NULL);
    assert_string_equal(text.start, "\"a\\\"b\\\\c\\x0ad\\x7f\xc3\xa9\" none");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_each_form),
        cmocka_unit_test(test_join_stays_below_nothing),
        cmocka_unit_test(test_text_grows),
        cmocka_unit_test(test_text_quotes_what_would_mislead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
