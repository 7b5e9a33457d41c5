/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_v2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "agentrun/base/scope.h"

static void test_missing_controllers_are_listed(void **state)
{
    static const struct {
        const char *available, *enabled, *line;
    } cases[] = {
        { "cpuset cpu io memory hugetlb pids rdma misc", "",
          "+cpu +cpuset +memory +io +pids +hugetlb +rdma" },
        { "cpuset cpu io memory pids", "cpu io memory pids", "+cpuset" },
        { "cpu memory", "cpuset memoryx", "+cpu +memory" },
        { "cpu memory", "memory cpu", "" },
        { "misc", "", "" },
        { "", "cpu", "" },
    };
    struct error err;
    char line[128];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(cgroup_v2_missing_controllers(cases[i].available, cases[i].enabled, line,
                                                       sizeof line, &err),
                         0);
        assert_string_equal(line, cases[i].line);
    }
}

static void test_missing_controllers_too_long_is_refused(void **state)
{
    char line[] = "as it was";
    struct error err;

    (void)state;
    assert_int_equal(cgroup_v2_missing_controllers("cpu memory", "", line, 8, &err), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_controllers_are_listed),
        cmocka_unit_test(test_missing_controllers_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
