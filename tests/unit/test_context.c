/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;

static void test_default_root_of_real_root_ignores_the_environment(void **state)
{
    (void)state;
    assert_string_equal(context_default_root(&arena, false, "/run/user/0"), "/run/agentrun");
    assert_string_equal(context_default_root(&arena, false, ""), "/run/agentrun");
    assert_string_equal(context_default_root(&arena, false, NULL), "/run/agentrun");
}

static void test_default_root_rootless_is_in_the_runtime_directory(void **state)
{
    (void)state;
    assert_string_equal(context_default_root(&arena, true, "/run/user/7"), "/run/user/7/agentrun");
    /* podman empties the variable; a relative path would mean another directory every time. */
    assert_string_equal(context_default_root(&arena, true, ""), "/run/agentrun");
    assert_string_equal(context_default_root(&arena, true, "run"), "/run/agentrun");
    assert_string_equal(context_default_root(&arena, true, NULL), "/run/agentrun");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_default_root_of_real_root_ignores_the_environment),
        cmocka_unit_test(test_default_root_rootless_is_in_the_runtime_directory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
