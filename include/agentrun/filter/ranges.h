/* SPDX-License-Identifier: Apache-2.0
 *
 * System call numbers of one architecture and what is decided for each, as ranges: neighbours with
 * the same decision are one.
 */
#ifndef AGENTRUN_FILTER_RANGES_H
#define AGENTRUN_FILTER_RANGES_H

#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"
#include "agentrun/filter/decision.h"

/* Reaches up to the number before the next range's, the last one up to UINT32_MAX. */
struct range {
    uint32_t first;
    struct decision *decision;
};

struct ranges {
    struct arena *arena;
    struct range *items; /* in the order of the numbers, the first one starts at 0 */
    size_t n_items, n_allocated;
};

/* One range: `decision` for every number. */
void ranges_begin(struct ranges *ranges, struct arena *arena, struct decision *decision);

/* From now on `decision` for the numbers first..last, both included. */
void ranges_set(struct ranges *ranges, uint32_t first, uint32_t last, struct decision *decision);

#endif
