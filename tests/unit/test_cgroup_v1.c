/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_v1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define ANY -1

static struct error err;

static void test_reduce_rule_without_later_denial_stays(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { false, 'a', ANY, ANY, true, true, true },
        { true, 'c', 1, 3, true, true, false },
        { true, 'c', ANY, ANY, false, false, true },
    };
    struct cgroup_device_rule rule;

    (void)state;
    assert_int_equal(cgroup_v1_reduce_rule(rules, ARRAY_SIZE(rules), 1, 'c', &rule, &err), 0);
    assert_true(rule.read && rule.write && !rule.mknod);
    assert_int_equal(rule.type, 'c');
}

static void test_reduce_rule_loses_what_is_denied_later(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { true, 'a', ANY, ANY, true, true, true },
        { false, 'c', ANY, ANY, false, true, true },
        { false, 'b', ANY, ANY, true, true, true },
    };
    struct cgroup_device_rule rule;

    (void)state;
    assert_int_equal(cgroup_v1_reduce_rule(rules, ARRAY_SIZE(rules), 0, 'c', &rule, &err), 0);
    assert_true(rule.read && !rule.write && !rule.mknod);
    assert_int_equal(cgroup_v1_reduce_rule(rules, ARRAY_SIZE(rules), 0, 'b', &rule, &err), 0);
    assert_true(!rule.read && !rule.write && !rule.mknod);
}

/* A v1 group would go on allowing the device: what cannot be enforced is refused. */
static void test_reduce_rule_denied_in_part_is_refused(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { true, 'c', 1, ANY, true, true, true },
        { false, 'c', 1, 3, true, false, false },
    };
    struct cgroup_device_rule rule;

    (void)state;
    assert_int_equal(cgroup_v1_reduce_rule(rules, ARRAY_SIZE(rules), 0, 'c', &rule, &err),
                     -ENOTSUP);
    assert_non_null(strstr(err.text, "rule 1 denies only some"));
}

static void test_reduce_rule_other_devices_or_accesses_do_not_matter(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { true, 'c', 1, ANY, true, false, false },  { false, 'c', 1, 3, false, true, true },
        { false, 'c', 2, 3, true, true, true },     { false, 'b', 1, 3, true, true, true },
        { false, 'b', ANY, ANY, true, true, true },
    };
    struct cgroup_device_rule rule;

    (void)state;
    assert_int_equal(cgroup_v1_reduce_rule(rules, ARRAY_SIZE(rules), 0, 'c', &rule, &err), 0);
    assert_true(rule.read && !rule.write && !rule.mknod);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reduce_rule_without_later_denial_stays),
        cmocka_unit_test(test_reduce_rule_loses_what_is_denied_later),
        cmocka_unit_test(test_reduce_rule_denied_in_part_is_refused),
        cmocka_unit_test(test_reduce_rule_other_devices_or_accesses_do_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
