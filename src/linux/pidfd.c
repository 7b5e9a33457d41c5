/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/pidfd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

/* All fields of the line are numbers but the name, of at most 64 bytes. */
#define STAT_BYTES 2048

/* The fields of /proc/PID/stat, counted as in proc_pid_stat(5). */
enum status_field {
    FIELD_NAME = 2,
    FIELD_STATE = 3,
    FIELD_PARENT = 4,
    FIELD_START_TIME = 22,
};

/* The field as a text of its own in `out_word`, which is empty when there is no such field. The
 * name may hold parentheses, blanks and line feeds, but what follows the last ')' is the kernel's
 * alone. */
static void copy_field(const char *text, enum status_field field, char *out_word, size_t n_bytes)
{
    const char *start = strrchr(text, ')');
    size_t length;

    for (int i = FIELD_NAME; start && i < (int)field; i++) {
        start = strchr(start, ' ');
        if (start)
            start++;
    }
    length = start ? strcspn(start, " \n") : 0;
    if (length >= n_bytes)
        length = 0;
    if (length > 0)
        memcpy(out_word, start, length);
    out_word[length] = '\0';
}

static bool parse_field(const char *text, enum status_field field, uint64_t maximum,
                        uint64_t *out_value)
{
    char word[sizeof "18446744073709551615"];
    struct error ignored;

    copy_field(text, field, word, sizeof word);
    return number_parse_unsigned(word, 0, maximum, out_value, &ignored) == 0;
}

bool process_parse_status(const char *text, struct process_status *out_status)
{
    uint64_t parent, start_time;
    char state[2];

    copy_field(text, FIELD_STATE, state, sizeof state);
    if (state[0] == '\0' || !parse_field(text, FIELD_PARENT, INT_MAX, &parent) ||
        !parse_field(text, FIELD_START_TIME, UINT64_MAX, &start_time))
        return false;
    *out_status = (struct process_status){
        .state = state[0],
        .parent = (pid_t)parent,
        .start_time = start_time,
    };
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
