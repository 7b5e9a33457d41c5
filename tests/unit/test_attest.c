/* SPDX-License-Identifier: Apache-2.0
 *
 * A process that gave up its rights, and some that only believe to have done so: below a filter
 * that answers a call with success without making it.
 */
#include "agentrun/container/attest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/linux/capability.h"
#include "agentrun/linux/ids.h"
#include "child.h"

#define ID 65534

static const gid_t groups[] = { 7, 3 };
static struct arena arena;
static struct error err;

/* Everything that confinement does, below a filter that pretends to make one of the calls. */
static void confine(int pretended_call)
{
    const gid_t old_groups[] = { 5 };

    if (setgroups(1, old_groups) < 0 || child_refuse_call(pretended_call, 0) != 0 ||
        capability_drop_bounding(0, &err) < 0 || capability_keep_permitted(&err) < 0 ||
        ids_apply(ID, ID, groups, 2, &err) < 0 || capability_apply(0, 0, 0, 0, &err) < 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        _exit(1);
}

/* What attestation says of a child that has confined itself. */
static int attest_child(int pretended_call, const struct attest_expectation *expectation)
{
    int result = -ECHILD, fds[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        confine(pretended_call);
        (void)!write(fds[1], "", 1);
        pause();
        _exit(1);
    }
    close(fds[1]);
    if (read(fds[0], &byte, 1) == 1)
        result = attest_process(pid, expectation, &err);
    close(fds[0]);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return result;
}

static struct attest_expectation planned(void)
{
    return (struct attest_expectation){ ID, ID, attest_groups(&arena, groups, 2), { 0 } };
}

static void test_groups_as_the_kernel_lists_them(void **state)
{
    (void)state;
    assert_string_equal(attest_groups(&arena, NULL, 0), "");
    assert_string_equal(attest_groups(&arena, groups, 2), "3 7 ");
}

static void test_process_as_planned_accepted(void **state)
{
    const struct attest_expectation expectation = planned();

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(attest_child(SYS_getcpu, &expectation), 0);
}

static void test_process_below_a_pretending_filter_refused(void **state)
{
    static const int calls[] = { SYS_setgroups, SYS_setresgid, SYS_setresuid, SYS_capset };
    const struct attest_expectation expectation = planned();

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        assert_int_equal(attest_child(calls[i], &expectation), -EPERM);
}

static void test_process_with_other_groups_refused(void **state)
{
    struct attest_expectation expectation = planned();

    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    expectation.groups = "3 ";
    assert_int_equal(attest_child(SYS_getcpu, &expectation), -EPERM);
    expectation.groups = "";
    assert_int_equal(attest_child(SYS_getcpu, &expectation), -EPERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_as_the_kernel_lists_them),
        cmocka_unit_test(test_process_as_planned_accepted),
        cmocka_unit_test(test_process_below_a_pretending_filter_refused),
        cmocka_unit_test(test_process_with_other_groups_refused),
    };
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_release(&arena);
    return n_failed;
}
