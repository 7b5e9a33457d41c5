/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"

static void test_path_clean_each_form_stays_inside(void **state)
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
        { "../../a", "/a" },
        { "/a/./b/.", "/a/b" },
        { "/.a/..b/c.", "/.a/..b/c." },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena arena = { 0 };

        assert_string_equal(path_clean(&arena, cases[i][0]), cases[i][1]);
        arena_release(&arena);
    }
}

static void test_path_join_counts_from_the_directory(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    assert_string_equal(path_join(&arena, "/a/b", "c"), "/a/b/c");
    assert_string_equal(path_join(&arena, "/a/b", ".."), "/a");
    assert_string_equal(path_join(&arena, "/", ".."), "/");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_clean_each_form_stays_inside),
        cmocka_unit_test(test_path_join_counts_from_the_directory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
