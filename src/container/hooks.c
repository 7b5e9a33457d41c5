/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/pidfd.h"

#define SAID_BYTES 200

static const char *const kind_names[N_PLAN_HOOK_KINDS] = {
    [PLAN_HOOK_PRESTART] = "prestart",
    [PLAN_HOOK_CREATE_RUNTIME] = "createRuntime",
    [PLAN_HOOK_CREATE_CONTAINER] = "createContainer",
    [PLAN_HOOK_START_CONTAINER] = "startContainer",
    [PLAN_HOOK_POSTSTART] = "poststart",
    [PLAN_HOOK_POSTSTOP] = "poststop",
};

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

static int spawn(const struct plan_hook *hook, int state_fd, int said_fd, pid_t *out_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int errnum;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, state_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, said_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, said_fd, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    errnum =
        posix_spawn(out_pid, hook->path, &actions, &attributes,
                    (char *const *)(uintptr_t)hook->argv, (char *const *)(uintptr_t)hook->envp);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return errnum;
}

static void first_line_said(int said_fd, char out_line[SAID_BYTES])
{
    ssize_t length = pread(said_fd, out_line, SAID_BYTES - 1, 0);

    out_line[length > 0 ? length : 0] = '\0';
    out_line[strcspn(out_line, "\n")] = '\0';
}

static int wait_for(const struct plan_hook *hook, pid_t pid, int said_fd, struct error *err)
{
    auto_close int pidfd = pidfd_open(pid, 0);
    char said[SAID_BYTES];
    bool in_time = pidfd >= 0 && pidfd_wait_end(pidfd, (int)hook->timeout_ms, err) == 0;
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
    auto_close int state_fd = -1, said_fd = -1;
    pid_t pid;
    int errnum;

    if (memory_file(state_json, n_bytes, &state_fd, err) < 0 ||
        memory_file("", 0, &said_fd, err) < 0)
        return -err->errnum;
    errnum = spawn(hook, state_fd, said_fd, &pid);
    if (errnum != 0)
        return error_errno(err, errnum, "start");
    return wait_for(hook, pid, said_fd, err);
}

int hooks_run(const struct plan_hook_list *hooks, enum plan_hook_kind kind, const char *state_json,
              size_t n_bytes, struct error *err)
{
    for (size_t i = 0; i < hooks->n_hooks; i++)
        if (run_hook(&hooks->hooks[i], state_json, n_bytes, err) < 0)
            return error_wrap(err, "error running %s hook #%zu: '%s'", kind_names[kind], i,
                              hooks->hooks[i].path);
    return 0;
}
