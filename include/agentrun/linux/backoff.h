/* SPDX-License-Identifier: Apache-2.0
 *
 * Waiting for what the kernel does not announce: ask, sleep a little, ask again, up to a limit.
 */
#ifndef AGENTRUN_LINUX_BACKOFF_H
#define AGENTRUN_LINUX_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
    int64_t end_ns; /* on CLOCK_MONOTONIC */
    int64_t pause_ns;
};

/* Start to wait, for at most limit_ms from now on. */
struct backoff backoff_start(unsigned limit_ms);

/* Sleep, each time longer (0.2 ms to 20 ms); false, without sleeping, when the time is up. */
bool backoff_wait(struct backoff *backoff);

/* What is left, in ms, at least 0. */
int backoff_left_ms(const struct backoff *backoff);

#endif
