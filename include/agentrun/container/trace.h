/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the time of a launch goes: AGENTRUN_TRACE=FILE makes P and I append a line per step,
 * "<who> <step> <ns since boot>". For benchmarks; off by default.
 */
#ifndef AGENTRUN_CONTAINER_TRACE_H
#define AGENTRUN_CONTAINER_TRACE_H

/* Open the file that AGENTRUN_TRACE names (AGENTRUN_TRACE is honoured for the caller's own user
 * only: O_NOFOLLOW, not for set-user-ID use). Returns its descriptor, or -1 when there is none. */
int trace_open(void);

/* Append a mark. Does nothing for fd -1; never fails. */
void trace_mark(int fd, const char *who, const char *what);

#endif
