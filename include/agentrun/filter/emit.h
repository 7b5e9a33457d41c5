/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions → classic BPF. The program is written from its end to its beginning: BPF only jumps
 * forward, so that every target is in place when the jump to it is written.
 */
#ifndef AGENTRUN_FILTER_EMIT_H
#define AGENTRUN_FILTER_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "agentrun/filter/filter.h"
#include "agentrun/filter/ranges.h"

struct emitter {
    struct sock_filter *instructions; /* FILTER_MAX_INSTRUCTIONS of them, filled from the end */
    unsigned n_instructions;          /* may go on counting when there is no more room */
};

/* An empty program, its room taken from the arena. */
void emit_begin(struct emitter *emitter, struct arena *arena);

/* One architecture: the numbers as a balanced tree of jumps, the decisions behind it. Returns the
 * label where a program may jump to whatever is in the accumulator; a label is the number of
 * instructions from the one it stands for to the end of the program, itself included. */
unsigned emit_ranges(struct emitter *emitter, const struct ranges *ranges);

/* Where `decision` can be reached with anything in the accumulator. Returns its label. */
unsigned emit_decision(struct emitter *emitter, struct decision *decision);

/* "If the accumulator is `value` go to the label `yes`, otherwise to `no`." Returns its label. */
unsigned emit_test_equal(struct emitter *emitter, uint32_t value, unsigned yes, unsigned no);

/* "Load the word at `offset` of struct seccomp_data, go on at `label`." Returns its label. */
unsigned emit_load(struct emitter *emitter, uint32_t offset, unsigned label);

/* The program that starts with what was written last. Errors: -E2BIG when it is longer than the
 * kernel takes. */
int emit_finish(const struct emitter *emitter, struct filter_program *out_program,
                struct error *err);

#endif
