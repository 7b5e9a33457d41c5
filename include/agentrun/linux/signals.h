/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals: names, what a runtime in the foreground passes on, and the state in which a program has
 * to find them. signal(7)
 */
#ifndef AGENTRUN_LINUX_SIGNALS_H
#define AGENTRUN_LINUX_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

#include "agentrun/base/error.h"

/* Parse a signal: "9", "KILL", "SIGKILL", "sigkill", "RTMIN+3", "RTMAX-1", and "0", which only asks
 * whether a process is there. Errors are of kind ERROR_USAGE: `unknown signal "FOO"`. */
int signal_parse(const char *text, int *out_signal, struct error *err);

/* Whether a runtime that waits for its container passes this signal on to it: all that somebody
 * may have sent on purpose, none that the kernel sends because of the runtime's own doings. */
bool signal_is_forwarded(int signal);

/* Whether the default action of this signal ends a process. */
bool signal_ends_process(int signal);

/* Block every signal; unless out_signal_fd is NULL it becomes a non-blocking signalfd(2) for them,
 * which the caller closes. */
int signals_block_all(int *out_signal_fd, struct error *err);

/* Which signals this process ignores, as it was told by its parent: bit N-1 is signal N. Asked once
 * before the clone, so that the child needs no /proc. */
int signals_ignored(uint64_t *out_mask, struct error *err);

/* Give the signals of the mask their default action and unblock all: ignored and blocked signals
 * survive an exec, handlers do not. */
int signals_reset(uint64_t ignored_mask, struct error *err);

#endif
