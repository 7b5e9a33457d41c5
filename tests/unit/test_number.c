/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers in text: what is taken, and above all what is not.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

static void test_number_unsigned_takes_plain_digits(void **state)
{
    uint64_t value = 7;
    struct error err;

    (void)state;
    assert_int_equal(number_parse_unsigned("0", 0, UINT64_MAX, &value, &err), 0);
    assert_int_equal(value, 0);
    assert_int_equal(number_parse_unsigned("18446744073709551615", 0, UINT64_MAX, &value, &err), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(number_parse_unsigned("65535", 1, 65535, &value, &err), 0);
    assert_int_equal(value, 65535);
}

/* What is no number at all, in any of the parsers. */
static const char *const no_numbers[] = { "",    " ",   "1 ",  " 1",  "+1",  "01", "00",    "0x10",
                                          "1.0", "1e3", "one", "1\n", "--1", "-",  "1_000", "١" };

static void test_number_unsigned_refuses_all_else(void **state)
{
    uint64_t value = 7;
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(no_numbers); i++)
        assert_int_equal(number_parse_unsigned(no_numbers[i], 0, UINT64_MAX, &value, &err),
                         -ERANGE);
    assert_int_equal(number_parse_unsigned("18446744073709551616", 0, UINT64_MAX, &value, &err),
                     -ERANGE);
    assert_int_equal(number_parse_unsigned("99999999999999999999999", 0, 5, &value, &err), -ERANGE);
    assert_int_equal(number_parse_unsigned("-1", 0, 5, &value, &err), -ERANGE);
    assert_int_equal(number_parse_unsigned("-0", 0, 5, &value, &err), -ERANGE);
    assert_int_equal(number_parse_unsigned("6", 1, 5, &value, &err), -ERANGE);
    assert_string_equal(err.text, "expected 1..5, got 6");
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_int_equal(number_parse_unsigned("0", 1, 5, &value, &err), -ERANGE);
    assert_int_equal(number_parse_unsigned("", 1, 5, &value, &err), -ERANGE);
    assert_string_equal(err.text, "expected 1..5, got nothing");
    assert_int_equal(value, 7);
}

static void test_number_signed_reaches_both_ends(void **state)
{
    int64_t value = 7;
    struct error err;

    (void)state;
    assert_int_equal(
        number_parse_signed("-9223372036854775808", INT64_MIN, INT64_MAX, &value, &err), 0);
    assert_true(value == INT64_MIN);
    assert_int_equal(number_parse_signed("9223372036854775807", INT64_MIN, INT64_MAX, &value, &err),
                     0);
    assert_true(value == INT64_MAX);
    assert_int_equal(number_parse_signed("-1", -1, 5, &value, &err), 0);
    assert_int_equal(value, -1);
}

static void test_number_signed_refuses_all_else(void **state)
{
    int64_t value = 7;
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(no_numbers); i++)
        assert_int_equal(number_parse_signed(no_numbers[i], INT64_MIN, INT64_MAX, &value, &err),
                         -ERANGE);
    assert_int_equal(
        number_parse_signed("-9223372036854775809", INT64_MIN, INT64_MAX, &value, &err), -ERANGE);
    assert_int_equal(number_parse_signed("9223372036854775808", INT64_MIN, INT64_MAX, &value, &err),
                     -ERANGE);
    assert_int_equal(number_parse_signed("-01", INT64_MIN, INT64_MAX, &value, &err), -ERANGE);
    assert_int_equal(number_parse_signed("-2", -1, 5, &value, &err), -ERANGE);
    assert_string_equal(err.text, "expected -1..5, got -2");
    assert_int_equal(value, 7);
}

static void test_number_mode_is_octal(void **state)
{
    static const char *const refused[] = { "", "8", "0o644", "-1", "644 ", "10000", "07778" };
    uint32_t mode = 7;
    struct error err;

    (void)state;
    assert_int_equal(number_parse_mode("1777", &mode, &err), 0);
    assert_int_equal(mode, 01777);
    assert_int_equal(number_parse_mode("0644", &mode, &err), 0);
    assert_int_equal(mode, 0644);
    assert_int_equal(number_parse_mode("0", &mode, &err), 0);
    assert_int_equal(mode, 0);
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
        assert_int_equal(number_parse_mode(refused[i], &mode, &err), -ERANGE);
    assert_int_equal(mode, 0);
}

static void test_number_size_knows_suffixes(void **state)
{
    static const char *const refused[] = {
        "", "m", "1mb", "1 m", "-1m", "1.5g", "16777216t", "K", "1kk", "1p", "18446744073709551616"
    };
    uint64_t size = 7;
    struct error err;

    (void)state;
    assert_int_equal(number_parse_size("65536", &size, &err), 0);
    assert_int_equal(size, 65536);
    assert_int_equal(number_parse_size("64k", &size, &err), 0);
    assert_int_equal(size, 65536);
    assert_int_equal(number_parse_size("2M", &size, &err), 0);
    assert_int_equal(size, 2 << 20);
    assert_int_equal(number_parse_size("3g", &size, &err), 0);
    assert_true(size == UINT64_C(3) << 30);
    assert_int_equal(number_parse_size("16777215T", &size, &err), 0);
    assert_true(size == UINT64_C(16777215) << 40);
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
        assert_int_equal(number_parse_size(refused[i], &size, &err), -ERANGE);
    assert_string_equal(err.text, "expected a size such as 64m, got 18446744073709551616");
    assert_true(size == UINT64_C(16777215) << 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_unsigned_takes_plain_digits),
        cmocka_unit_test(test_number_unsigned_refuses_all_else),
        cmocka_unit_test(test_number_signed_reaches_both_ends),
        cmocka_unit_test(test_number_signed_refuses_all_else),
        cmocka_unit_test(test_number_mode_is_octal),
        cmocka_unit_test(test_number_size_knows_suffixes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
