/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"

/* All fields of the line are numbers but the name, of at most 64 bytes. */
#define STAT_BYTES 2048

bool process_parse_status(const char *text, struct process_status *out_status)
{
    /* "PID (NAME) STATE PPID …": the name may hold parentheses, blanks and line feeds, but what
     * follows the last ')' is the kernel's alone. Field 22 is the start time. */
    const char *name_end = strrchr(text, ')');
    struct process_status status;

    if (!name_end ||
        sscanf(name_end,
               ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
               "%*d %" SCNu64,
               &status.state, &status.parent, &status.start_time) != 3)
        return false;
    *out_status = status;
    return true;
}

int process_read_status(pid_t pid, struct process_status *out_status, struct error *err)
{
    char path[sizeof "/proc/-2147483648/stat"], text[STAT_BYTES];
    ssize_t n_read;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    n_read = io_read_kernel_file_at(AT_FDCWD, path, text, sizeof text, err);
    if (n_read == -ENOENT || n_read == -ESRCH)
        return error_set(err, ERROR_SYSTEM, ESRCH, "no process %d", pid);
    if (n_read < 0)
        return (int)n_read;
    if (!process_parse_status(text, out_status))
        return error_set(err, ERROR_SYSTEM, EINVAL, "'%s' is not understood", path);
    return 0;
}

int pidfd_open_process(pid_t pid, int *out_pidfd, struct error *err)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (pidfd < 0)
        return error_system(err, "open process %d", pid);
    *out_pidfd = pidfd;
    return 0;
}

int pidfd_open_checked(pid_t pid, uint64_t start_time, int *out_pidfd, struct error *err)
{
    auto_close int pidfd = -1;
    struct process_status status = { 0 };
    int result = pidfd_open_process(pid, &pidfd, err);

    /* The status is read with the process held: whatever has the pid from here on either is this
     * process or started later. */
    if (result == 0)
        result = process_read_status(pid, &status, err);
    if (result < 0)
        return result;
    if (status.start_time != start_time || status.state == 'Z' || status.state == 'X')
        return error_set(err, ERROR_SYSTEM, ESRCH, "process %d has ended", pid);
    *out_pidfd = take_fd(&pidfd);
    return 0;
}

int pidfd_signal(int pidfd, int signal, struct error *err)
{
    if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0)
        return error_system(err, "send signal %d", signal);
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int pidfd_wait_end(int pidfd, int timeout_ms, struct error *err)
{
    struct pollfd process = { .fd = pidfd, .events = POLLIN };
    int64_t end_ms = now_ms() + timeout_ms;
    int n_ready;

    while ((n_ready = poll(&process, 1, timeout_ms)) < 0 && errno == EINTR)
        if (timeout_ms > 0)
            timeout_ms = now_ms() < end_ms ? (int)(end_ms - now_ms()) : 0;
    if (n_ready < 0)
        return error_system(err, "wait for a process");
    if (n_ready == 0)
        return error_set(err, ERROR_SYSTEM, ETIMEDOUT, "the process has not ended in time");
    if (process.revents & POLLNVAL)
        return error_errno(err, EBADF, "wait for a process");
    return 0;
}
