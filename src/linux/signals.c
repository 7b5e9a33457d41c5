/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

#define MAX_SIGNAL 64 /* SIGRTMAX of the kernel, the same everywhere but on MIPS */

static const struct {
    const char *name;
    int signal;
} aliases[] = {
    { "IOT", SIGABRT },
    { "CLD", SIGCHLD },
    { "IO", SIGPOLL },
    { "UNUSED", SIGSYS },
};

static const int not_forwarded[] = {
    SIGCHLD, SIGURG,  SIGWINCH, SIGPIPE, /* say something about the runtime's own children and files
                                          */
    SIGTTIN, SIGTTOU,                    /* its own terminal */
    SIGSEGV, SIGBUS,  SIGFPE,   SIGILL,  SIGTRAP, SIGSYS, /* its own faults */
    SIGKILL, SIGSTOP,                                     /* nobody sees these arrive */
};

static bool parse_standard(const char *name, int *out_signal)
{
    for (int number = 1; number < SIGRTMIN; number++) {
        const char *known = sigabbrev_np(number);

        if (known && !strcasecmp(name, known)) {
            *out_signal = number;
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
        if (!strcasecmp(name, aliases[i].name)) {
            *out_signal = aliases[i].signal;
            return true;
        }
    return false;
}

/* "RTMIN", "RTMIN+N", "RTMAX", "RTMAX-N" */
static bool parse_real_time(const char *name, int *out_signal)
{
    bool from_start = !strncasecmp(name, "RTMIN", 5);
    const char *offset_text = name + 5;
    uint64_t offset = 0;
    struct error ignored;

    if (!from_start && strncasecmp(name, "RTMAX", 5) != 0)
        return false;
    if (*offset_text) {
        if (*offset_text != (from_start ? '+' : '-'))
            return false;
        if (number_parse_unsigned(offset_text + 1, 0, (uint64_t)(SIGRTMAX - SIGRTMIN), &offset,
                                  &ignored) < 0)
            return false;
    }
    *out_signal = from_start ? SIGRTMIN + (int)offset : SIGRTMAX - (int)offset;
    return true;
}

int signal_parse(const char *text, int *out_signal, struct error *err)
{
    const char *name = strncasecmp(text, "SIG", 3) != 0 ? text : text + 3;
    struct error ignored;
    uint64_t number;

    if (number_parse_unsigned(text, 0, MAX_SIGNAL, &number, &ignored) == 0) {
        *out_signal = (int)number;
        return 0;
    }
    if (parse_standard(name, out_signal) || parse_real_time(name, out_signal))
        return 0;
    return error_set(err, ERROR_USAGE, EINVAL, "unknown signal \"%s\"", text);
}

bool signal_is_forwarded(int signal)
{
    if (signal < 1 || signal > MAX_SIGNAL)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(not_forwarded); i++)
        if (signal == not_forwarded[i])
            return false;
    return true;
}

int signals_block_all(int *out_signal_fd, struct error *err)
{
    sigset_t all;
    int fd;

    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, NULL) < 0)
        return error_system(err, "signals: block");
    if (!out_signal_fd)
        return 0;
    fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return error_system(err, "signals: signalfd");
    *out_signal_fd = fd;
    return 0;
}

int signals_ignored(uint64_t *out_mask, struct error *err)
{
    static const char key[] = "\nSigIgn:\t";
    char status[4096], *line, *end;
    unsigned long long mask;

    if (io_read_kernel_file_at(AT_FDCWD, "/proc/self/status", status, sizeof status, err) < 0)
        return error_wrap(err, "signals: which are ignored");
    line = strstr(status, key);
    if (!line)
        return error_set(err, ERROR_SYSTEM, EBADMSG, "signals: /proc/self/status has no SigIgn");
    line += sizeof key - 1;
    mask = strtoull(line, &end, 16);
    if (end == line || *end != '\n')
        return error_set(err, ERROR_SYSTEM, EBADMSG,
                         "signals: unusable SigIgn in /proc/self/status");
    *out_mask = mask;
    return 0;
}

int signals_reset(uint64_t ignored_mask, struct error *err)
{
    /* The kernel's structure, which is not that of the C library: zeroes are SIG_DFL without flags
     * on every architecture. The library's function refuses two signals that it uses itself. */
    static const unsigned long default_action[8];
    sigset_t none;

    for (int signal = 1; signal <= MAX_SIGNAL; signal++)
        if ((ignored_mask >> (signal - 1) & 1) &&
            syscall(SYS_rt_sigaction, signal, default_action, NULL, sizeof(uint64_t)) < 0)
            return error_system(err, "signals: default action of signal %d", signal);
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        return error_system(err, "signals: unblock");
    return 0;
}

bool signal_ends_process(int signal)
{
    static const int harmless[] = { SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU };

    for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
        if (signal == harmless[i])
            return false;
    return true;
}
