/* SPDX-License-Identifier: Apache-2.0
 *
 * Places in the container with a meaning of their own: what is mounted there, and how.
 */
#ifndef AGENTRUN_HARDEN_MOUNT_PLACES_H
#define AGENTRUN_HARDEN_MOUNT_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/harden/mount_words.h"
#include "agentrun/policy/policy.h"

#define MOUNT_PLACE_OPTIONS 5

struct mount_place {
    const char *destination;
    enum mount_class class;    /* the only kind of mount there, but for may_be_bind */
    const char *type, *source; /* of ours */
    bool is_always_there;      /* every container has it */
    bool may_be_bind;          /* the caller may mount something else that is allowed */
    /* Flags that always hold; of those with a value, the ones for ours. */
    const char *options[MOUNT_PLACE_OPTIONS];
    /* Patterns for what engines and hosts share of this kind: replaced by ours, not refused. */
    const char *shared[3];
};

/* The row of a clean destination, or NULL. */
const struct mount_place *mount_place_find(const char *destination);

/* All rows, those that lie in others after them. */
const struct mount_place *mount_place_table(size_t *out_n_places);

/* The largest size of a tmpfs at `destination`. */
uint64_t mount_place_bytes(const struct policy *policy, const char *destination);

#endif
