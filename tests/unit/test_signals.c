/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "child.h"

static struct error err;

static void test_parse_known_texts_numbers(void **state)
{
    static const struct {
        const char *text;
        int signal;
    } cases[] = {
        { "0", 0 },
        { "9", 9 },
        { "64", 64 },
        { "KILL", SIGKILL },
        { "SIGKILL", SIGKILL },
        { "sigkill", SIGKILL },
        { "Term", SIGTERM },
        { "IOT", SIGABRT },
        { "SIGCLD", SIGCHLD },
        { "IO", SIGIO },
        { "POLL", SIGPOLL },
        { "STKFLT", SIGSTKFLT },
        { "SYS", SIGSYS },
        { "RTMIN", 34 },
        { "SIGRTMIN+3", 37 },
        { "rtmax-14", 50 },
        { "RTMAX", 64 },
        { "RTMIN+30", 64 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int signal = -1;

        assert_int_equal(signal_parse(cases[i].text, &signal, &err), 0);
        assert_int_equal(signal, cases[i].signal);
    }
}

static void test_parse_unknown_texts_refused(void **state)
{
    static const char *const texts[] = {
        "",      "FOO",        "SIG",      "65",      "-9",      "+9",     "09",      "9 ",   " 9",
        "KILLX", "SIGSIGKILL", "RTMIN+31", "RTMIN-1", "RTMAX+1", "RTMIN+", "RTMIN+a", "RTMI", "0x9",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int signal = -1;

        assert_int_equal(signal_parse(texts[i], &signal, &err), -EINVAL);
        assert_int_equal(signal, -1);
        assert_int_equal(err.kind, ERROR_USAGE);
    }
    signal_parse("FOO", &(int){ 0 }, &err);
    assert_string_equal(err.text, "unknown signal \"FOO\"");
}

static void test_is_forwarded_by_kind(void **state)
{
    (void)state;
    assert_true(signal_is_forwarded(SIGTERM));
    assert_true(signal_is_forwarded(SIGHUP));
    assert_true(signal_is_forwarded(SIGUSR1));
    assert_true(signal_is_forwarded(SIGRTMIN));
    assert_false(signal_is_forwarded(SIGCHLD));
    assert_false(signal_is_forwarded(SIGURG));
    assert_false(signal_is_forwarded(SIGWINCH));
    assert_false(signal_is_forwarded(SIGSEGV));
    assert_false(signal_is_forwarded(0));
    assert_false(signal_is_forwarded(65));
}

/* What the kernel does is the reference. */
static int default_action_of;

static int receive_signal(void)
{
    signals_reset(~(uint64_t)0 & ~((uint64_t)1 << (SIGKILL - 1) | (uint64_t)1 << (SIGSTOP - 1)),
                  &err);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core files */
    kill(getpid(), default_action_of);
    return 0;
}

static void test_ends_process_as_kernel_does(void **state)
{
    static const int signals[] = { SIGHUP,  SIGINT,   SIGQUIT, SIGUSR1, SIGPIPE, SIGALRM,
                                   SIGTERM, SIGCHLD,  SIGCONT, SIGURG,  SIGXCPU, SIGPWR,
                                   SIGIO,   SIGWINCH, SIGPROF, 34,      SIGKILL };

    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        default_action_of = signals[i];
        assert_int_equal(signal_ends_process(signals[i]),
                         child_run(receive_signal) == 256 + signals[i]);
    }
    /* These stop it. */
    assert_false(signal_ends_process(SIGTSTP));
    assert_false(signal_ends_process(SIGTTIN));
    assert_false(signal_ends_process(SIGTTOU));
}

static int block_and_read(void)
{
    struct signalfd_siginfo info;
    int fd = -1;

    EXPECT(signals_block_all(&fd, &err) == 0);
    EXPECT(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    EXPECT(read(fd, &info, sizeof info) == -1 && errno == EAGAIN);
    EXPECT(raise(SIGTERM) == 0);
    EXPECT(read(fd, &info, sizeof info) == sizeof info && info.ssi_signo == SIGTERM);
    EXPECT(signals_block_all(NULL, &err) == 0);
    return 0;
}

static void test_block_all_signals_arrive_at_descriptor(void **state)
{
    (void)state;
    assert_int_equal(child_run(block_and_read), 0);
}

static int reset_what_is_ignored(void)
{
    static const int ignored[] = { SIGPIPE, SIGHUP, SIGTSTP, 64 };
    uint64_t mask = 0, before = 0;
    sigset_t blocked;

    EXPECT(signals_ignored(&before, &err) == 0);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    EXPECT(signals_ignored(&mask, &err) == 0);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        EXPECT(mask >> (ignored[i] - 1) & 1);
    EXPECT(!(mask >> (SIGTERM - 1) & 1));
    EXPECT(signals_block_all(NULL, &err) == 0);
    EXPECT(signals_reset(mask, &err) == 0);
    EXPECT(signals_ignored(&mask, &err) == 0);
    EXPECT(mask == 0);
    EXPECT(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 && sigisemptyset(&blocked));
    return 0;
}

static int die_of_a_reset_signal(void)
{
    uint64_t mask = 0;

    signal(SIGPIPE, SIG_IGN);
    if (signals_ignored(&mask, &err) < 0 || signals_reset(mask, &err) < 0)
        return 1;
    raise(SIGPIPE);
    return 0;
}

static void test_reset_ignored_signals_default(void **state)
{
    (void)state;
    assert_int_equal(child_run(reset_what_is_ignored), 0);
    assert_int_equal(child_run(die_of_a_reset_signal), 256 + SIGPIPE);
}

/* The signals that the C library keeps for itself can be inherited as ignored, too. */
static int reset_private_signals(void)
{
    struct {
        void (*handler)(int);
        unsigned long rest[7];
    } ignore = { .handler = SIG_IGN };
    uint64_t mask = 0;

    EXPECT(syscall(SYS_rt_sigaction, 32, &ignore, NULL, sizeof(uint64_t)) == 0);
    EXPECT(signals_ignored(&mask, &err) == 0 && (mask >> 31 & 1));
    EXPECT(signals_reset(mask, &err) == 0);
    EXPECT(signals_ignored(&mask, &err) == 0 && mask == 0);
    return 0;
}

static void test_reset_private_signals_default(void **state)
{
    (void)state;
    assert_int_equal(child_run(reset_private_signals), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_known_texts_numbers),
        cmocka_unit_test(test_parse_unknown_texts_refused),
        cmocka_unit_test(test_is_forwarded_by_kind),
        cmocka_unit_test(test_ends_process_as_kernel_does),
        cmocka_unit_test(test_block_all_signals_arrive_at_descriptor),
        cmocka_unit_test(test_reset_ignored_signals_default),
        cmocka_unit_test(test_reset_private_signals_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
