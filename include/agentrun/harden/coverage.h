/* SPDX-License-Identifier: Apache-2.0
 *
 * Every member of the specification, with the rules that govern it or the reason why none has to,
 * and with the order that tells which of two values permits less. A member that is missing here
 * fails the tests.
 */
#ifndef AGENTRUN_HARDEN_COVERAGE_H
#define AGENTRUN_HARDEN_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "agentrun/spec/spec.h"

struct coverage {
    const char *member;   /* "process.rlimits": with everything below it that has no row */
    const char *rules;    /* ids, separated by blanks; NULL: none */
    const char *harmless; /* why there is no rule; NULL: there is one */
    /* Does `enforced` permit at most what `asked` does, as far as this member goes? NULL: there is
     * nothing to compare. */
    bool (*is_within)(const struct spec *enforced, const struct spec *asked);
};

/* All rows. */
const struct coverage *coverage_table(size_t *out_n_rows);

/* The row for a member ("linux.resources.memory.limit", "mounts[].type"): its own, or that of the
 * nearest member around it. NULL: none. */
const struct coverage *coverage_find(const char *member);

#endif
