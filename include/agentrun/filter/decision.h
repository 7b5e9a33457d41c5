/* SPDX-License-Identifier: Apache-2.0
 *
 * Verdicts as decision graphs: either an action, or a test of one 32-bit word of struct
 * seccomp_data that leads to two further decisions. Equal decisions are the same object, so that
 * equality is equality of pointers, and parts in common are emitted once.
 */
#ifndef AGENTRUN_FILTER_DECISION_H
#define AGENTRUN_FILTER_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "agentrun/base/arena.h"

#define DECISION_BUCKETS 256

struct decision_test {
    uint32_t offset; /* of the word in struct seccomp_data */
    uint16_t jump;   /* BPF_JEQ, BPF_JGT, BPF_JGE, or BPF_JSET: any bit of value set */
    uint32_t mask;   /* the word is cut down to these bits first; UINT32_MAX: as it is */
    uint32_t value;
};

struct decision {
    bool is_return;
    uint32_t action;           /* is_return: SECCOMP_RET_… with its data */
    struct decision_test test; /* otherwise */
    struct decision *yes, *no;
    struct decision *next_in_bucket;
    /* Where emit.c has put it: number of instructions from the end of the program, plus one. The
     * second entry begins with the load of the word. */
    unsigned label, label_with_load;
};

struct decision_pool {
    struct arena *arena;
    struct decision *buckets[DECISION_BUCKETS];
    unsigned n_decisions;
};

/* The decision that always answers `action`. */
struct decision *decision_return(struct decision_pool *pool, uint32_t action);

/* The decision that goes on with `yes` when the test holds, otherwise with `no`. When both are the
 * same, or a test of equality looks at no bit, there is nothing to test. */
struct decision *decision_test(struct decision_pool *pool, const struct decision_test *test,
                               struct decision *yes, struct decision *no);

/* What `decision` comes to where the outcome of `test` is known already. */
struct decision *decision_assume(struct decision *decision, const struct decision_test *test,
                                 bool outcome);

#endif
