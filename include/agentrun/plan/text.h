/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that grows in an arena.
 */
#ifndef AGENTRUN_PLAN_TEXT_H
#define AGENTRUN_PLAN_TEXT_H

#include <stddef.h>

#include "agentrun/base/arena.h"

struct text {
    struct arena *arena;
    char *start; /* NUL-terminated; NULL while empty */
    size_t n_bytes, n_room;
};

/* Add formatted text of any length. */
__attribute__((format(printf, 2, 3))) void text_add(struct text *text, const char *format, ...);

/* Add `string` in double quotes, with control characters, quotes and backslashes written as in C;
 * a null pointer as "none" without quotes. */
void text_add_quoted(struct text *text, const char *string);

#endif
