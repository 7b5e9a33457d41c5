/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/backoff.h"

#include <time.h>

#define FIRST_PAUSE_NS   200000
#define LONGEST_PAUSE_NS 20000000

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

struct backoff backoff_start(unsigned limit_ms)
{
    return (struct backoff){ .end_ns = now_ns() + (int64_t)limit_ms * 1000000,
                             .pause_ns = FIRST_PAUSE_NS };
}

bool backoff_wait(struct backoff *backoff)
{
    struct timespec pause = { .tv_nsec = backoff->pause_ns };

    if (now_ns() >= backoff->end_ns)
        return false;
    nanosleep(&pause, NULL);
    backoff->pause_ns *= 2;
    if (backoff->pause_ns > LONGEST_PAUSE_NS)
        backoff->pause_ns = LONGEST_PAUSE_NS;
    return true;
}

int backoff_left_ms(const struct backoff *backoff)
{
    int64_t left_ns = backoff->end_ns - now_ns();

    return left_ns > 0 ? (int)(left_ns / 1000000) : 0;
}
