/* SPDX-License-Identifier: Apache-2.0
 *
 * Points in time as text. gmtime(3) would read the host's time zone file on each start.
 */
#ifndef AGENTRUN_BASE_CLOCK_H
#define AGENTRUN_BASE_CLOCK_H

#include <stdbool.h>
#include <time.h>

#define CLOCK_TEXT_BYTES 40

/* The time in UTC as RFC 3339 has it, "2026-01-31T23:59:59Z", optionally with nine digits of a
 * second. From 1970 on. */
void clock_format(const struct timespec *when, bool with_nanoseconds,
                  char out_text[CLOCK_TEXT_BYTES]);

/* The same for now. */
void clock_format_now(bool with_nanoseconds, char out_text[CLOCK_TEXT_BYTES]);

#endif
