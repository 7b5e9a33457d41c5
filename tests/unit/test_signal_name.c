/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/signal_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>

#include "agentrun/base/scope.h"

static struct error err;

static void test_parse_every_form_is_known(void **state)
{
    static const struct {
        const char *text;
        int number;
    } rows[] = {
        { "0", 0 },          { "9", SIGKILL },        { "15", SIGTERM },
        { "64", 64 },        { "KILL", SIGKILL },     { "SIGKILL", SIGKILL },
        { "kill", SIGKILL }, { "sigTerm", SIGTERM },  { "HUP", SIGHUP },
        { "USR1", SIGUSR1 }, { "WINCH", SIGWINCH },   { "SYS", SIGSYS },
        { "CHLD", SIGCHLD }, { "CLD", SIGCHLD },      { "IOT", SIGABRT },
        { "ABRT", SIGABRT }, { "STKFLT", SIGSTKFLT }, { "POLL", SIGIO },
        { "IO", SIGIO },
    };
    int number;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(signal_parse(rows[i].text, &number, &err), 0);
        assert_int_equal(number, rows[i].number);
    }
}

static void test_parse_realtime_counts_from_either_end(void **state)
{
    int number;

    (void)state;
    assert_int_equal(signal_parse("SIGRTMIN+3", &number, &err), 0);
    assert_int_equal(number, SIGRTMIN + 3);
    assert_int_equal(signal_parse("rtmax-1", &number, &err), 0);
    assert_int_equal(number, SIGRTMAX - 1);
    assert_int_equal(signal_parse("RTMIN", &number, &err), 0);
    assert_int_equal(number, SIGRTMIN);
}

static void test_parse_nonsense_is_named(void **state)
{
    static const char *const texts[] = { "FOO",   "",           "SIG",     "65",       "-1",
                                         "KILL ", "SIGSIGKILL", "RTMIN-1", "RTMIN+99", "RTMAX+1" };
    int number = 42;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        assert_int_equal(signal_parse(texts[i], &number, &err), -EINVAL);
        assert_int_equal(number, 42);
    }
    signal_parse("FOO", &number, &err);
    assert_string_equal(err.text, "unknown signal \"FOO\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_every_form_is_known),
        cmocka_unit_test(test_parse_realtime_counts_from_either_end),
        cmocka_unit_test(test_parse_nonsense_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
