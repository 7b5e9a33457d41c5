/* SPDX-License-Identifier: Apache-2.0
 *
 * A group of the running host for tests, removed after each case with all that is in it.
 */
#ifndef AGENTRUN_TESTS_UNIT_CGROUP_FIXTURE_H
#define AGENTRUN_TESTS_UNIT_CGROUP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/linux/cgroup_parse.h"

struct fixture {
    struct arena arena;
    struct cgroup_host host;
    char top[64], path[96];
    struct cgroup cgroup;
    struct error err;
};

/* The group /agentrun-test-PID/box; no state when there is no right to make one. */
static int make_group(void **state, struct fixture *f)
{
    snprintf(f->top, sizeof f->top, "/agentrun-test-%d", getpid());
    snprintf(f->path, sizeof f->path, "%s/box", f->top);
    if (geteuid() != 0) {
        print_message("skipped: needs root\n");
    } else if (cgroup_create(&f->host, f->path, &f->cgroup, &f->err) < 0) {
        print_message("skipped: %s\n", f->err.text);
    } else {
        *state = f;
        return 0;
    }
    arena_release(&f->arena);
    *state = NULL;
    return 0;
}

/* On the hierarchies that agentrun uses on this host. */
static inline int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof fixture);
    if (cgroup_discover(&fixture.arena, &fixture.host, &fixture.err) < 0)
        return -1;
    return make_group(state, &fixture);
}

/* On the unified hierarchy, which a hybrid host has too, though with few controllers. */
static inline int set_up_unified(void **state)
{
    static struct fixture fixture;
    char *mountinfo, *line;
    size_t n_bytes;

    memset(&fixture, 0, sizeof fixture);
    if (io_read_file_at(&fixture.arena, AT_FDCWD, "/proc/self/mountinfo", 1 << 24, &mountinfo,
                        &n_bytes, &fixture.err) < 0)
        return -1;
    line = strstr(mountinfo, " - cgroup2 ");
    while (line && line > mountinfo && line[-1] != '\n')
        line--;
    if (line)
        line[strcspn(line, "\n")] = '\0';
    cgroup_parse_host(&fixture.arena, line ? line : "", "0::/\n", &fixture.host);
    return make_group(state, &fixture);
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    int result;

    if (!f)
        return 0;
    /* A case that failed may have left processes. */
    cgroup_kill(&f->cgroup, &f->err);
    cgroup_close(&f->cgroup);
    result = cgroup_remove(&f->host, f->top, &f->err);
    if (result < 0)
        print_error("%s\n", f->err.text);
    arena_release(&f->arena);
    return result;
}

static inline struct fixture *needed(void **state)
{
    if (!*state)
        skip();
    return *state;
}

#define assert_done(f, call)                                                                       \
    do {                                                                                           \
        if ((call) < 0)                                                                            \
            fail_msg("%s: %s", #call, (f)->err.text);                                              \
    } while (0)

static inline pid_t checked_fork(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    return pid;
}

/* It ends with the test at the latest. */
static inline pid_t start_waiting_process(void)
{
    pid_t pid = checked_fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    return pid;
}

static inline pid_t start_member(struct fixture *f)
{
    pid_t pid = start_waiting_process();

    assert_done(f, cgroup_add(&f->cgroup, pid, &f->err));
    return pid;
}

static inline void assert_killed(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

#endif
