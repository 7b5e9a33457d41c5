/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/linux/descriptors.h"
#include "agentrun/linux/pidfd.h"
#include "agentrun/linux/signals.h"

#define SAID_BYTES 200

/* As shells do. */
#define EXIT_NOT_STARTED 127

/* A file in memory rather than a pipe: a hook that does not read cannot block us. */
static int memory_file(const char *text, size_t n_bytes, int *out_fd, struct error *err)
{
    auto_close int fd = memfd_create("hook", MFD_CLOEXEC);

    if (fd < 0)
        return error_system(err, "memfd_create");
    if (io_write_all(fd, text, n_bytes) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return error_system(err, "write the state");
    *out_fd = take_fd(&fd);
    return 0;
}

/* In the new process: the hook's own standard descriptors, process group and signals, and nothing
 * else of ours. It dies with its parent, who would have watched its time. */
__attribute__((noreturn)) static void become_hook(const struct plan_hook *hook, int state_fd,
                                                  int said_fd)
{
    /* But those that nobody can change. */
    uint64_t all_signals = ~(UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1));
    struct error err;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && setpgid(0, 0) == 0 &&
        dup2(state_fd, STDIN_FILENO) >= 0 && dup2(said_fd, STDOUT_FILENO) >= 0 &&
        dup2(said_fd, STDERR_FILENO) >= 0 && chdir("/") == 0 &&
        descriptors_close_from(STDERR_FILENO + 1, &err) == 0 &&
        signals_reset(all_signals, &err) == 0)
        execve(hook->path, (char *const *)(uintptr_t)hook->argv,
               (char *const *)(uintptr_t)hook->envp);
    dprintf(STDERR_FILENO, "%s", error_describe(errno));
    _exit(EXIT_NOT_STARTED);
}

static int spawn(const struct plan_hook *hook, int state_fd, int said_fd, pid_t *out_pid,
                 int *out_pidfd, struct error *err)
{
    const struct clone_args arguments = {
        .flags = CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)out_pidfd,
        .exit_signal = SIGCHLD,
    };

    *out_pid = sys_clone3(&arguments);
    if (*out_pid < 0)
        return error_system(err, "clone");
    if (*out_pid == 0)
        become_hook(hook, state_fd, said_fd);
    return 0;
}

static void first_line_said(int said_fd, char out_line[SAID_BYTES])
{
    ssize_t length = pread(said_fd, out_line, SAID_BYTES - 1, 0);

    out_line[length > 0 ? length : 0] = '\0';
    out_line[strcspn(out_line, "\n")] = '\0';
}

static int wait_for(const struct plan_hook *hook, pid_t pid, int pidfd, int said_fd,
                    struct error *err)
{
    char said[SAID_BYTES];
    bool in_time = pidfd_wait_end(pidfd, (int)hook->timeout_ms, err) == 0;
    int status;

    if (!in_time)
        kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return error_system(err, "wait");
    if (!in_time)
        return error_set(err, ERROR_SYSTEM, ETIMEDOUT, "not done after %u ms", hook->timeout_ms);
    first_line_said(said_fd, said);
    if (WIFSIGNALED(status))
        return error_set(err, ERROR_SYSTEM, EINTR, "ended by signal %d: %s", WTERMSIG(status),
                         said);
    if (WEXITSTATUS(status) != 0)
        return error_set(err, ERROR_SYSTEM, ECHILD, "exit status %d: %s", WEXITSTATUS(status),
                         said);
    return 0;
}

static int run_hook(const struct plan_hook *hook, const char *state_json, size_t n_bytes,
                    struct error *err)
{
    auto_close int state_fd = -1, said_fd = -1, pidfd = -1;
    pid_t pid;

    if (memory_file(state_json, n_bytes, &state_fd, err) < 0 ||
        memory_file("", 0, &said_fd, err) < 0 ||
        spawn(hook, state_fd, said_fd, &pid, &pidfd, err) < 0)
        return -err->errnum;
    return wait_for(hook, pid, pidfd, said_fd, err);
}

int hooks_run(const struct plan_hook_list *hooks, enum plan_hook_kind kind, const char *state_json,
              size_t n_bytes, struct error *err)
{
    for (size_t i = 0; i < hooks->n_hooks; i++)
        if (run_hook(&hooks->hooks[i], state_json, n_bytes, err) < 0)
            return error_wrap(err, "error running %s hook #%zu: '%s'", plan_hook_name(kind), i,
                              hooks->hooks[i].path);
    return 0;
}
