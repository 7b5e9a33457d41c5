/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that grows.
 */
#include "agentrun/base/scope.h"
#include "agentrun/plan/text.h"
#include "plan_fixture.h"

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
        cmocka_unit_test(test_text_grows),
        cmocka_unit_test(test_text_quotes_what_would_mislead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
