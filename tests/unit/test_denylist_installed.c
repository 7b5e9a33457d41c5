/* SPDX-License-Identifier: Apache-2.0
 *
 * The denylist in a real kernel: a child installs it and makes calls. A control run without the
 * filter shows that those calls would otherwise not fail in this way. No privileges needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/filter/denylist.h"

#define NR_FCHMODAT2 452
#define UNSET        (-1)

/* What an attempt answers with: 0 or an errno. */
static int result_of(long returned)
{
    return returned < 0 ? errno : 0;
}

static int try_unshare(const char *path)
{
    (void)path;
    return result_of(unshare(CLONE_NEWUTS));
}

static int try_clone(const char *path)
{
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

    (void)path;
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid((pid_t)pid, NULL, 0);
    return result_of(pid);
}

static int try_clone3(const char *path)
{
    const struct clone_args arguments = { .exit_signal = SIGCHLD };
    pid_t pid = sys_clone3(&arguments);

    (void)path;
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return result_of(pid);
}

static int try_socket(int family, int type, int protocol)
{
    auto_close int fd = socket(family, type | SOCK_CLOEXEC, protocol);

    return result_of(fd);
}

static int try_vsock(const char *path)
{
    (void)path;
    return try_socket(AF_VSOCK, SOCK_STREAM, 0);
}

static int try_audit(const char *path)
{
    (void)path;
    return try_socket(AF_NETLINK, SOCK_RAW, 9);
}

static int try_routes(const char *path)
{
    (void)path;
    return try_socket(AF_NETLINK, SOCK_RAW, 0);
}

static int try_inet(const char *path)
{
    (void)path;
    return try_socket(AF_INET, SOCK_STREAM, 0);
}

static int try_io_uring(const char *path)
{
    (void)path;
    return result_of(syscall(SYS_io_uring_setup, 0, NULL));
}

static int try_tiocsti(const char *path)
{
    (void)path;
    return result_of(syscall(SYS_ioctl, -1, 1UL << 32 | TIOCSTI, NULL));
}

static int try_tiocgwinsz(const char *path)
{
    (void)path;
    return result_of(ioctl(-1, TIOCGWINSZ, NULL));
}

static int try_setuid_mode(const char *path)
{
    return result_of(chmod(path, 04755));
}

static int try_plain_mode(const char *path)
{
    return result_of(chmod(path, 0700));
}

static int try_fchmodat2(const char *path)
{
    return result_of(syscall(NR_FCHMODAT2, AT_FDCWD, path, 02755, 0));
}

static int try_setuid_file(const char *path)
{
    char name[64];
    auto_close int fd = -1;

    snprintf(name, sizeof name, "%s.new", path);
    fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 04700);
    if (fd >= 0)
        unlink(name);
    return result_of(fd);
}

static int try_openat2(const char *path)
{
    auto_close int fd = sys_openat2(AT_FDCWD, path, O_RDONLY, 0, 0);

    return result_of(fd);
}

static int try_whiteout(const char *path)
{
    char name[64];
    int result;

    snprintf(name, sizeof name, "%s.node", path);
    result = result_of(mknod(name, S_IFCHR | 0600, 0));
    unlink(name);
    return result;
}

static int try_personality(const char *path)
{
    (void)path;
    return result_of(personality(READ_IMPLIES_EXEC));
}

static int try_ask_personality(const char *path)
{
    (void)path;
    return result_of(personality(0xffffffff));
}

static int try_keyctl(const char *path)
{
    (void)path;
    return result_of(sys_keyctl(0, 0xfffffffe, 0)); /* KEYCTL_GET_KEYRING_ID, the process's */
}

static int try_unknown(const char *path)
{
    (void)path;
    return result_of(syscall(5000));
}

static void *set_flag(void *flag)
{
    *(int *)flag = 1;
    return NULL;
}

static int try_thread(const char *path)
{
    pthread_t thread;
    int flag = 0;

    (void)path;
    if (pthread_create(&thread, NULL, set_flag, &flag) != 0 || pthread_join(thread, NULL) != 0)
        return UNSET;
    return flag ? 0 : UNSET;
}

static int try_fork(const char *path)
{
    pid_t pid = fork();
    int status;

    (void)path;
    if (pid == 0)
        _exit(7);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 0 : UNSET;
}

static int try_program(const char *path)
{
    (void)path;
    return system("exit 5") == 5 << 8 ? 0 : UNSET;
}

static const struct {
    const char *name;
    int (*attempt)(const char *path);
    int errnum;      /* with the filter */
    bool is_allowed; /* whether the control run must get along without this errno */
} attempts[] = {
    { "unshare", try_unshare, EPERM, false }, /* without privileges the kernel says the same */
    { "clone, new user namespace", try_clone, EPERM, false },
    { "clone3", try_clone3, ENOSYS, true },
    { "socket, vsock", try_vsock, EAFNOSUPPORT, false },
    { "socket, audit", try_audit, EAFNOSUPPORT, true },
    { "socket, routes", try_routes, 0, true },
    { "socket, inet", try_inet, 0, true },
    { "io_uring_setup", try_io_uring, ENOSYS, false },
    { "ioctl, TIOCSTI", try_tiocsti, EPERM, true },
    { "ioctl, TIOCGWINSZ", try_tiocgwinsz, EBADF, false },
    { "chmod, set-user-ID", try_setuid_mode, EPERM, true },
    { "chmod", try_plain_mode, 0, true },
    { "fchmodat2, set-group-ID", try_fchmodat2, EPERM, true },
    { "open, set-user-ID", try_setuid_file, EPERM, true },
    { "openat2", try_openat2, ENOSYS, true },
    { "mknod, whiteout", try_whiteout, EPERM, true },
    { "personality", try_personality, EPERM, true },
    { "personality, ask", try_ask_personality, 0, true },
    { "keyctl", try_keyctl, ENOSYS, true },
    { "an unknown call", try_unknown, ENOSYS, false },
    { "a thread", try_thread, 0, true },
    { "a child", try_fork, 0, true },
    { "a program", try_program, 0, true },
};

static void install(const struct filter_program *program)
{
    const struct sock_fprog kernel_program = {
        .len = program->n_instructions,
        .filter = (struct sock_filter *)(uintptr_t)program->instructions,
    };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        sys_seccomp(SECCOMP_SET_MODE_FILTER, program->flags, &kernel_program) < 0)
        _exit(1);
}

/* Make all attempts in a child, on a file of its own; results[i] is the answer to attempts[i]. */
static void make_attempts(bool is_filtered, int results[ARRAY_SIZE(attempts)])
{
    char path[] = "/tmp/test_denylist.XXXXXX";
    auto_close int fd = mkostemp(path, O_CLOEXEC);
    int ends[2], status;
    pid_t pid;

    assert_true(fd >= 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        if (is_filtered) {
            install(filter_denylist());
            install(filter_enosys());
        }
        for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
            results[i] = attempts[i].attempt(path);
        _exit(write(ends[1], results, sizeof attempts / sizeof *attempts * sizeof *results) < 0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], results, ARRAY_SIZE(attempts) * sizeof *results),
                     ARRAY_SIZE(attempts) * sizeof *results);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    unlink(path);
}

static void test_denylist_installed_denies(void **state)
{
    int results[ARRAY_SIZE(attempts)];

    (void)state;
    make_attempts(true, results);
    for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
        if (results[i] != attempts[i].errnum)
            fail_msg("%s: errno %d, not %d", attempts[i].name, results[i], attempts[i].errnum);
}

static void test_denylist_absent_allows(void **state)
{
    int results[ARRAY_SIZE(attempts)];

    (void)state;
    if (prctl(PR_GET_SECCOMP) != 0)
        skip(); /* somebody else's filter would answer */
    make_attempts(false, results);
    for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
        if (attempts[i].is_allowed && attempts[i].errnum != 0 && results[i] == attempts[i].errnum &&
            results[i] != ENOSYS)
            fail_msg("%s: errno %d without the filter, too", attempts[i].name, results[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_denylist_installed_denies),
        cmocka_unit_test(test_denylist_absent_allows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
