/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/pidfd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

static struct error err;

static pid_t start_waiting_process(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static void test_parse_status_name_may_hold_anything(void **state)
{
    static const char *const names[] = { "sh", "a b", "", ") R 1 2 3", "((", "x\n) Z 0 (y" };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct process_status status;
        char text[512];

        snprintf(text, sizeof text,
                 "4321 (%s) S 17 4321 4321 34816 4321 4194560 1 2 3 4 5 6 7 8 20 0 1 0 "
                 "18446744073709551615 2641920 100",
                 names[i]);
        assert_true(process_parse_status(text, &status));
        assert_int_equal(status.state, 'S');
        assert_int_equal(status.parent, 17);
        assert_true(status.start_time == UINT64_MAX);
    }
}

static void test_parse_status_other_texts_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "1",
        "1 (x",
        "1 (x)",
        "1 (x) S",
        "1 (x) S 1 2 3",
        "1 (x) S y 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"
    };
    struct process_status status = { .parent = 42 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_false(process_parse_status(texts[i], &status));
    assert_int_equal(status.parent, 42);
}

static void test_read_status_own_process_is_found(void **state)
{
    struct process_status status;

    (void)state;
    assert_int_equal(process_read_status(getpid(), &status, &err), 0);
    assert_int_equal(status.state, 'R');
    assert_int_equal(status.parent, getppid());
    assert_true(status.start_time > 0);
}

static void test_read_status_missing_process_is_esrch(void **state)
{
    struct process_status status;
    pid_t pid = start_waiting_process();

    (void)state;
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(process_read_status(pid, &status, &err), -ESRCH);
    assert_int_equal(process_read_status(0, &status, &err), -ESRCH);
}

static void test_open_checked_other_start_time_is_esrch(void **state)
{
    pid_t pid = start_waiting_process();
    struct process_status status;
    int pidfd = -1;

    (void)state;
    assert_int_equal(process_read_status(pid, &status, &err), 0);
    assert_int_equal(pidfd_open_checked(pid, status.start_time + 1, &pidfd, &err), -ESRCH);
    assert_int_equal(pidfd, -1);
    assert_int_equal(pidfd_open_checked(pid, status.start_time, &pidfd, &err), 0);
    assert_int_equal(pidfd_wait_end(pidfd, 0, &err), -ETIMEDOUT);
    assert_int_equal(pidfd_signal(pidfd, SIGKILL, &err), 0);
    assert_int_equal(pidfd_wait_end(pidfd, -1, &err), 0);
    close(pidfd);
    pidfd = -1;
    /* A zombie counts as gone. */
    assert_int_equal(pidfd_open_checked(pid, status.start_time, &pidfd, &err), -ESRCH);
    assert_int_equal(pidfd, -1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(pidfd_open_checked(pid, status.start_time, &pidfd, &err), -ESRCH);
}

static void test_signal_reaped_process_is_esrch(void **state)
{
    pid_t pid = start_waiting_process();
    int pidfd;

    (void)state;
    assert_int_equal(pidfd_open_process(pid, &pidfd, &err), 0);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(pidfd_signal(pidfd, SIGKILL, &err), -ESRCH);
    close(pidfd);
}

static void test_open_process_bad_pid_is_refused(void **state)
{
    int pidfd;

    (void)state;
    assert_int_equal(pidfd_open_process(0, &pidfd, &err), -EINVAL);
    assert_int_equal(pidfd_open_process(-1, &pidfd, &err), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_status_name_may_hold_anything),
        cmocka_unit_test(test_parse_status_other_texts_are_refused),
        cmocka_unit_test(test_read_status_own_process_is_found),
        cmocka_unit_test(test_read_status_missing_process_is_esrch),
        cmocka_unit_test(test_open_checked_other_start_time_is_esrch),
        cmocka_unit_test(test_signal_reaped_process_is_esrch),
        cmocka_unit_test(test_open_process_bad_pid_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
