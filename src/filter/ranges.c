/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/ranges.h"

#include <string.h>

void ranges_begin(struct ranges *ranges, struct arena *arena, struct decision *decision)
{
    ranges->arena = arena;
    ranges->n_allocated = 256;
    ranges->items = ARENA_NEW_ARRAY(arena, struct range, ranges->n_allocated);
    ranges->items[0] = (struct range){ .first = 0, .decision = decision };
    ranges->n_items = 1;
}

/* The index of the range that holds `number`. */
static size_t find(const struct ranges *ranges, uint32_t number)
{
    size_t low = 0, high = ranges->n_items;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (ranges->items[middle].first <= number)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void make_room(struct ranges *ranges)
{
    struct range *grown;

    if (ranges->n_items < ranges->n_allocated)
        return;
    grown = ARENA_NEW_ARRAY(ranges->arena, struct range, ranges->n_allocated * 2);
    memcpy(grown, ranges->items, ranges->n_items * sizeof *grown);
    ranges->items = grown;
    ranges->n_allocated *= 2;
}

/* Let a range begin at `number`, with the decision that held there. Returns its index. */
static size_t split(struct ranges *ranges, uint32_t number)
{
    size_t index = find(ranges, number);
    struct range *items;

    if (ranges->items[index].first == number)
        return index;
    make_room(ranges);
    items = ranges->items;
    memmove(&items[index + 2], &items[index + 1], (ranges->n_items - index - 1) * sizeof *items);
    items[index + 1] = (struct range){ .first = number, .decision = items[index].decision };
    ranges->n_items++;
    return index + 1;
}

static void join_with_previous(struct ranges *ranges, size_t index)
{
    struct range *items = ranges->items;

    if (index == 0 || index >= ranges->n_items ||
        items[index - 1].decision != items[index].decision)
        return;
    memmove(&items[index], &items[index + 1], (ranges->n_items - index - 1) * sizeof *items);
    ranges->n_items--;
}

void ranges_set(struct ranges *ranges, uint32_t first, uint32_t last, struct decision *decision)
{
    size_t begin = split(ranges, first);
    size_t end = last == UINT32_MAX ? ranges->n_items : split(ranges, last + 1);

    ranges->items[begin].decision = decision;
    memmove(&ranges->items[begin + 1], &ranges->items[end],
            (ranges->n_items - end) * sizeof *ranges->items);
    ranges->n_items -= end - begin - 1;
    join_with_previous(ranges, begin + 1);
    join_with_previous(ranges, begin);
}
