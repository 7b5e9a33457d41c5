/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/signals.h"
#include "agentrun/linux/terminal_relay.h"

#define SIGNALS_AT_ONCE 8

/* SIGCHLD and the like are for us alone. A program that has just ended cannot be told any more. */
static int forward_signal(int signal, void *context, struct error *err)
{
    const int *pidfd = context;

    (void)err;
    if (signal_is_forwarded(signal))
        pidfd_send_signal(*pidfd, signal, NULL, 0);
    return 0;
}

static void forward_signals(int signal_fd, int pidfd)
{
    struct signalfd_siginfo infos[SIGNALS_AT_ONCE];
    ssize_t n_bytes = read(signal_fd, infos, sizeof infos);

    for (ssize_t i = 0; i < n_bytes / (ssize_t)sizeof *infos; i++)
        forward_signal((int)infos[i].ssi_signo, &pidfd, NULL);
}

static int wait_with_terminal(int pidfd, int signal_fd, int master_fd, struct error *err)
{
    const struct terminal_relay relay = {
        .input_fd = STDIN_FILENO,
        .output_fd = STDOUT_FILENO,
        .master_fd = master_fd,
        .pidfd = pidfd,
        .signal_fd = signal_fd,
        .on_signal = forward_signal,
        .context = &pidfd,
    };

    return terminal_relay_run(&relay, err);
}

static int wait_without_terminal(int pidfd, int signal_fd, struct error *err)
{
    struct pollfd waits[] = {
        { .fd = pidfd, .events = POLLIN },
        { .fd = signal_fd, .events = POLLIN },
    };

    for (;;) {
        if (poll(waits, ARRAY_SIZE(waits), -1) < 0 && errno != EINTR)
            return error_system(err, "poll");
        if (waits[0].revents)
            return 0;
        if (waits[1].revents & POLLIN)
            forward_signals(signal_fd, pidfd);
    }
}

static int reap(int pidfd, int *out_exit_code, struct error *err)
{
    siginfo_t info;

    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
        if (errno != EINTR)
            return error_system(err, "wait for the process");
    *out_exit_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    return 0;
}

int supervise_wait(int pidfd, int signal_fd, int master_fd, int *out_exit_code, struct error *err)
{
    int result = master_fd >= 0 ? wait_with_terminal(pidfd, signal_fd, master_fd, err)
                                : wait_without_terminal(pidfd, signal_fd, err);

    return result < 0 ? result : reap(pidfd, out_exit_code, err);
}
