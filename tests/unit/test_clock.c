/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agentrun/base/clock.h"

static void expect(time_t seconds, const char *expected)
{
    const struct timespec when = { .tv_sec = seconds, .tv_nsec = 7 };
    char text[CLOCK_TEXT_BYTES];

    clock_format(&when, false, text);
    assert_string_equal(text, expected);
}

static void test_clock_format_known_days(void **state)
{
    (void)state;
    expect(0, "1970-01-01T00:00:00Z");
    expect(951782399, "2000-02-28T23:59:59Z");
    expect(951782400, "2000-02-29T00:00:00Z");
    expect(951868800, "2000-03-01T00:00:00Z");
    expect(1798761599, "2026-12-31T23:59:59Z");
    expect(4107542400, "2100-03-01T00:00:00Z");
}

/* The C library is the judge, over two centuries. */
static void test_clock_format_agrees_with_gmtime(void **state)
{
    (void)state;
    for (time_t seconds = 0; seconds < (time_t)200 * 366 * 86400; seconds += 12345 * 7) {
        char expected[CLOCK_TEXT_BYTES];
        struct tm broken_down;

        gmtime_r(&seconds, &broken_down);
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &broken_down);
        expect(seconds, expected);
    }
}

static void test_clock_format_nanoseconds(void **state)
{
    const struct timespec when = { .tv_sec = 1, .tv_nsec = 7 };
    char text[CLOCK_TEXT_BYTES];

    (void)state;
    clock_format(&when, true, text);
    assert_string_equal(text, "1970-01-01T00:00:01.000000007Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock_format_known_days),
        cmocka_unit_test(test_clock_format_agrees_with_gmtime),
        cmocka_unit_test(test_clock_format_nanoseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
