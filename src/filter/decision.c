/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/decision.h"

#include <linux/filter.h>

static bool same_test(const struct decision_test *a, const struct decision_test *b)
{
    return a->offset == b->offset && a->jump == b->jump && a->mask == b->mask &&
           a->value == b->value;
}

static bool same_decision(const struct decision *a, const struct decision *b)
{
    if (a->is_return || b->is_return)
        return a->is_return == b->is_return && a->action == b->action;
    return same_test(&a->test, &b->test) && a->yes == b->yes && a->no == b->no;
}

static uint32_t mix(uint32_t hash, uint32_t value)
{
    return (hash ^ value) * 0x01000193U; /* FNV-1a, by words */
}

static uint32_t hash_of(const struct decision *decision)
{
    uint32_t hash = mix(0x811c9dc5U, decision->action);

    hash = mix(hash, decision->test.offset);
    hash = mix(hash, decision->test.value);
    hash = mix(hash, (uint32_t)((uintptr_t)decision->yes >> 4));
    hash = mix(hash, (uint32_t)((uintptr_t)decision->no >> 4));
    return hash ^ hash >> 16;
}

/* The one object that equals `wanted`. */
static struct decision *intern(struct decision_pool *pool, const struct decision *wanted)
{
    struct decision **bucket = &pool->buckets[hash_of(wanted) % DECISION_BUCKETS];
    struct decision *decision;

    for (decision = *bucket; decision; decision = decision->next_in_bucket)
        if (same_decision(decision, wanted))
            return decision;
    decision = ARENA_NEW(pool->arena, struct decision);
    *decision = *wanted;
    decision->next_in_bucket = *bucket;
    *bucket = decision;
    pool->n_decisions++;
    return decision;
}

struct decision *decision_return(struct decision_pool *pool, uint32_t action)
{
    const struct decision wanted = { .is_return = true, .action = action };

    return intern(pool, &wanted);
}

struct decision *decision_test(struct decision_pool *pool, const struct decision_test *test,
                               struct decision *yes, struct decision *no)
{
    const struct decision wanted = {
        .test = *test,
        .yes = decision_assume(yes, test, true),
        .no = decision_assume(no, test, false),
    };

    if (test->mask == 0)
        return test->value == 0 ? yes : no;
    return wanted.yes == wanted.no ? wanted.yes : intern(pool, &wanted);
}

static bool holds_for(const struct decision_test *test, uint32_t word)
{
    word &= test->mask;
    switch (test->jump) {
    case BPF_JGT:
        return word > test->value;
    case BPF_JGE:
        return word >= test->value;
    case BPF_JSET:
        return (word & test->value) != 0;
    default:
        return word == test->value;
    }
}

/* Whether the outcome of `known` tells that of `test`, and which it is. */
static bool is_implied(const struct decision_test *test, const struct decision_test *known,
                       bool known_outcome, bool *out_outcome)
{
    if (same_test(test, known)) {
        *out_outcome = known_outcome;
        return true;
    }
    if (!known_outcome || known->jump != BPF_JEQ || known->mask != UINT32_MAX ||
        known->offset != test->offset)
        return false;
    *out_outcome = holds_for(test, known->value);
    return true;
}

struct decision *decision_assume(struct decision *decision, const struct decision_test *test,
                                 bool outcome)
{
    bool implied;

    while (!decision->is_return && is_implied(&decision->test, test, outcome, &implied))
        decision = implied ? decision->yes : decision->no;
    return decision;
}
