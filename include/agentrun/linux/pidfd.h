/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes by descriptor: a pid alone may mean another process tomorrow.
 */
#ifndef AGENTRUN_LINUX_PIDFD_H
#define AGENTRUN_LINUX_PIDFD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "agentrun/base/error.h"

struct process_status {
    char state; /* 'R', 'S', 'Z' …, proc(5) */
    pid_t parent;
    uint64_t start_time; /* clock ticks since boot */
};

/* Take apart the text of /proc/PID/stat; false when it is not one. The name of the program in it
 * may contain anything. proc(5). */
bool process_parse_status(const char *text, struct process_status *out_status);

/* Read /proc/PID/stat. -ESRCH: no such process. */
int process_read_status(pid_t pid, struct process_status *out_status, struct error *err);

/* Open the process `pid`. -ESRCH: no such process. pidfd_open(2), since Linux 5.3. */
int pidfd_open_process(pid_t pid, int *out_pidfd, struct error *err);

/* Open the process `pid` if it is still the one that started at start_time and no zombie;
 * otherwise -ESRCH. pidfd_open(2). */
int pidfd_open_checked(pid_t pid, uint64_t start_time, int *out_pidfd, struct error *err);

/* pidfd_send_signal(2). -ESRCH when it has ended. */
int pidfd_signal(int pidfd, int signal, struct error *err);

/* Wait until the process has ended; timeout_ms < 0: for ever. -ETIMEDOUT. */
int pidfd_wait_end(int pidfd, int timeout_ms, struct error *err);

#endif
