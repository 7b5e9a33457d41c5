/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/kill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/container/remove.h"
#include "agentrun/linux/pidfd.h"

static struct arena arena;
static struct error err;
static const struct cgroup_host no_cgroups;

/* A container without a control group whose init is a child that sleeps. */
static struct state start_child(void)
{
    struct state state = { .id = "c1", .phase = STATE_STARTED };
    struct process_status status;

    state.pid = fork();
    if (state.pid == 0) {
        for (;;)
            pause();
    }
    assert_int_equal(process_read_status(state.pid, &status, &err), 0);
    state.start_time = status.start_time;
    return state;
}

/* The signal that ended the child; it is reaped. */
static int ended_by(const struct state *state)
{
    int status;

    assert_int_equal(waitpid(state->pid, &status, 0), state->pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_signal_init_arrives(void **unused)
{
    struct state state = start_child();

    (void)unused;
    assert_int_equal(container_signal_init(&state, NULL, 0, &err), 0);
    assert_int_equal(container_signal_init(&state, NULL, SIGTERM, &err), 0);
    assert_int_equal(ended_by(&state), SIGTERM);
}

static void test_signal_init_kill_needs_no_cgroup(void **unused)
{
    struct state state = start_child();

    (void)unused;
    assert_int_equal(container_signal_init(&state, &no_cgroups, SIGKILL, &err), 0);
    assert_int_equal(ended_by(&state), SIGKILL);
}

static void test_signal_init_zombie_is_not_running(void **unused)
{
    struct state state = start_child();
    siginfo_t info;

    (void)unused;
    kill(state.pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)state.pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(container_signal_init(&state, NULL, SIGTERM, &err), -ESRCH);
    assert_string_equal(err.text, "container not running");
    ended_by(&state);
    assert_int_equal(container_signal_init(&state, NULL, SIGTERM, &err), -ESRCH);
    assert_string_equal(err.text, "container not running");
}

static void test_signal_init_recycled_pid_is_spared(void **unused)
{
    struct state state = start_child();

    (void)unused;
    state.start_time++;
    assert_int_equal(container_signal_init(&state, &no_cgroups, SIGKILL, &err), -ESRCH);
    assert_int_equal(container_signal_all(&arena, &state, &no_cgroups, SIGKILL, &err), 0);
    assert_int_equal(kill(state.pid, 0), 0);
    state.start_time--;
    assert_int_equal(container_signal_init(&state, &no_cgroups, SIGTERM, &err), 0);
    assert_int_equal(ended_by(&state), SIGTERM);
}

static void test_signal_init_before_its_birth_is_not_running(void **unused)
{
    const struct state state = { .id = "c1", .phase = STATE_CREATING };

    (void)unused;
    assert_int_equal(container_signal_init(&state, NULL, SIGTERM, &err), -ESRCH);
}

static void test_signal_all_nobody_left_is_success(void **unused)
{
    struct state state = start_child();

    (void)unused;
    assert_int_equal(container_signal_all(&arena, &state, &no_cgroups, SIGTERM, &err), 0);
    assert_int_equal(ended_by(&state), SIGTERM);
    assert_int_equal(container_signal_all(&arena, &state, &no_cgroups, SIGKILL, &err), 0);
}

static void test_end_maker_only_while_creating(void **unused)
{
    struct state state = start_child();

    (void)unused;
    state.maker_pid = state.pid;
    state.maker_start_time = state.start_time;
    assert_int_equal(container_end_maker(&state, &err), 0);
    assert_int_equal(kill(state.pid, 0), 0);
    state.phase = STATE_CREATING;
    state.maker_start_time++;
    assert_int_equal(container_end_maker(&state, &err), 0);
    assert_int_equal(waitpid(state.pid, NULL, WNOHANG), 0);
    state.maker_start_time--;
    assert_int_equal(container_end_maker(&state, &err), 0);
    assert_int_equal(ended_by(&state), SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signal_init_arrives),
        cmocka_unit_test(test_signal_init_kill_needs_no_cgroup),
        cmocka_unit_test(test_signal_init_zombie_is_not_running),
        cmocka_unit_test(test_signal_init_recycled_pid_is_spared),
        cmocka_unit_test(test_signal_init_before_its_birth_is_not_running),
        cmocka_unit_test(test_signal_all_nobody_left_is_success),
        cmocka_unit_test(test_end_maker_only_while_creating),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
