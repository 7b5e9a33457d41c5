/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON in test sources is written with ' for ", which reads better than \".
 */
#ifndef AGENTRUN_TESTS_UNIT_QUOTED_H
#define AGENTRUN_TESTS_UNIT_QUOTED_H

#include "agentrun/base/arena.h"

static inline const char *quoted(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);

    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    return copy;
}

#endif
