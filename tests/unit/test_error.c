/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors: text, cutting, and what must never come through into a log.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/error.h"

static void test_error_set_keeps_kind_and_number(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(error_set(&err, ERROR_POLICY, EPERM, "mount '%s': no", "/x"), -EPERM);
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_int_equal(err.errnum, EPERM);
    assert_string_equal(err.text, "mount '/x': no");
}

static void test_error_set_never_returns_success(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(error_set(&err, ERROR_BUG, 0, "x"), -EINVAL);
    assert_int_equal(error_set(&err, ERROR_BUG, -5, "x"), -EINVAL);
    assert_int_equal(err.errnum, EINVAL);
}

static void test_error_system_describes_errno(void **state)
{
    struct error err;

    (void)state;
    errno = ENOENT;
    assert_int_equal(error_system(&err, "open '%s'", "f"), -ENOENT);
    assert_string_equal(err.text, "open 'f': no such file or directory");
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_int_equal(error_errno(&err, EACCES, "exec"), -EACCES);
    assert_string_equal(err.text, "exec: permission denied");
    assert_string_equal(error_describe(123456), "Unknown error");
}

static void test_error_wrap_puts_the_outer_part_first(void **state)
{
    struct error err;

    (void)state;
    error_set(&err, ERROR_SPEC, EINVAL, "why");
    assert_int_equal(error_wrap(&err, "where %d", 2), -EINVAL);
    assert_int_equal(error_wrap(&err, "what"), -EINVAL);
    assert_string_equal(err.text, "what: where 2: why");
    assert_int_equal(err.kind, ERROR_SPEC);
}

static void test_error_control_characters_become_question_marks(void **state)
{
    struct error err;

    (void)state;
    error_set(&err, ERROR_SPEC, EINVAL,
              "a\nb\rc\td\x1b[1me\x7f"
              "f\xc3\xa9");
    assert_string_equal(err.text, "a?b?c?d?[1me?f\xc3\xa9");
    error_wrap(&err, "x\ny");
    assert_string_equal(err.text, "x?y: a?b?c?d?[1me?f\xc3\xa9");
}

static void test_error_long_text_is_cut(void **state)
{
    char text[3 * ERROR_TEXT_BYTES];
    struct error err;

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    error_set(&err, ERROR_SPEC, EINVAL, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_BYTES - 1);
    errno = EIO;
    error_system(&err, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_BYTES - 1);
    error_set(&err, ERROR_SPEC, EINVAL, "why");
    error_wrap(&err, "%.995s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_BYTES - 1);
    assert_string_equal(err.text + ERROR_TEXT_BYTES - 5, ": wh");
}

/* A prefix that fills everything would hide the reason: it is left out. */
static void test_error_wrap_never_loses_the_reason(void **state)
{
    char text[3 * ERROR_TEXT_BYTES];
    struct error err;

    (void)state;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    error_set(&err, ERROR_SPEC, EINVAL, "why");
    assert_int_equal(error_wrap(&err, "%s", text), -EINVAL);
    assert_string_equal(err.text, "why");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_set_keeps_kind_and_number),
        cmocka_unit_test(test_error_set_never_returns_success),
        cmocka_unit_test(test_error_system_describes_errno),
        cmocka_unit_test(test_error_wrap_puts_the_outer_part_first),
        cmocka_unit_test(test_error_control_characters_become_question_marks),
        cmocka_unit_test(test_error_long_text_is_cut),
        cmocka_unit_test(test_error_wrap_never_loses_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
