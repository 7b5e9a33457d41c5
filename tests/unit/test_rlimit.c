/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/rlimit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/resource.h>

#include "agentrun/linux/capability.h"
#include "child.h"

static struct error err;

static int has_limits(int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit64 present;

    return getrlimit64(resource, &present) == 0 && present.rlim_cur == soft &&
           present.rlim_max == hard;
}

static int lower(void)
{
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 50, 60, &err) == 0);
    EXPECT(has_limits(RLIMIT_NOFILE, 50, 60));
    EXPECT(rlimit_apply(RLIMIT_CORE, 0, 0, &err) == 0);
    EXPECT(has_limits(RLIMIT_CORE, 0, 0));
    return 0;
}

static void test_apply_lower_exactly(void **state)
{
    (void)state;
    assert_int_equal(child_run(lower), 0);
}

static int raise_without_right(void)
{
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 50, 60, &err) == 0);
    capability_apply(0, 0, 0, 0, &err);
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 1000, 2000, &err) == 0);
    EXPECT(has_limits(RLIMIT_NOFILE, 60, 60));
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 30, 2000, &err) == 0);
    EXPECT(has_limits(RLIMIT_NOFILE, 30, 60));
    return 0;
}

static void test_apply_raise_without_right_keeps_hard_limit(void **state)
{
    (void)state;
    assert_int_equal(child_run(raise_without_right), 0);
}

static int raise_with_right(void)
{
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 50, 60, &err) == 0);
    EXPECT(rlimit_apply(RLIMIT_NOFILE, 100, 200, &err) == 0);
    EXPECT(has_limits(RLIMIT_NOFILE, 100, 200));
    return 0;
}

static void test_apply_raise_with_right_exactly(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SYS_RESOURCE);
    assert_int_equal(child_run(raise_with_right), 0);
}

static void test_apply_nonsense_refused(void **state)
{
    (void)state;
    assert_int_equal(rlimit_apply(99, 1, 1, &err), -EINVAL);
    assert_int_equal(rlimit_apply(RLIMIT_CORE, 2, 1, &err), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apply_lower_exactly),
        cmocka_unit_test(test_apply_raise_without_right_keeps_hard_limit),
        cmocka_unit_test(test_apply_raise_with_right_exactly),
        cmocka_unit_test(test_apply_nonsense_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
