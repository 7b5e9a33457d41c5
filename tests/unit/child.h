/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of what changes the whole process: they run in a child and tell only whether all was
 * as expected, since a failed assertion of cmocka must not return into the parent's code.
 */
#ifndef AGENTRUN_TESTS_UNIT_CHILD_H
#define AGENTRUN_TESTS_UNIT_CHILD_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/sys.h"

/* In the body of a child: end it with a message unless the condition holds. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: expected: %s (errno %d)\n", __FILE__, __LINE__, #condition,    \
                    errno);                                                                        \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

/* Skip the running test, with a reason that is seen, unless we may use `capability`. */
#define NEED_CAPABILITY(capability)                                                                \
    do {                                                                                           \
        if (!child_has_capability(capability)) {                                                   \
            print_message("skipped: needs " #capability "\n");                                     \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

static inline int child_has_capability(int capability)
{
    struct __user_cap_data_struct data[2] = { { 0 } };

    return sys_capget(data) == 0 && (data[capability / 32].effective >> (capability % 32) & 1);
}

/* A child that hangs ends the whole test, and itself with it. */
#define CHILD_SECONDS 120

/* The exit status of a child that runs `body`; 256 + signal when it was killed. */
static inline int child_run(int (*body)(void))
{
    int status = 0;
    pid_t pid;

    fflush(NULL);
    alarm(CHILD_SECONDS);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(body());
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return -1;
    alarm(0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* Let the system call `number` fail with `errnum` in this process from now on, as on a kernel or
 * below a filter that does not have it. */
static inline int child_refuse_call(unsigned number, unsigned errnum)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | errnum),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    return sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &program);
}

#endif
