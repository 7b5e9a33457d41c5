/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of names against libcap-ng's.
 */
#include "agentrun/spec/capability_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cap-ng.h>
#include <cmocka.h>

#define PREFIX "CAP_"

static void test_names_of_libcap_ng_same_numbers(void **state)
{
    unsigned n = 0;

    (void)state;
    for (; capability_name(n); n++) {
        const char *name = capability_name(n);

        assert_int_equal(strncmp(name, PREFIX, strlen(PREFIX)), 0);
        assert_int_equal(capng_name_to_capability(name + strlen(PREFIX)), n);
        assert_int_equal(capability_name_number(name), n);
    }
    assert_true(n > (unsigned)CAP_LAST_CAP);
    assert_null(capability_name(64));
}

static void test_unknown_names_refused(void **state)
{
    static const char *const names[] = { "", "CAP_", "CHOWN", "cap_chown", "CAP_CHOWN ", "CAP_41" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(capability_name_number(names[i]), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_libcap_ng_same_numbers),
        cmocka_unit_test(test_unknown_names_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
