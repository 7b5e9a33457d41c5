/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/rules.h"

#include <errno.h>
#include <string.h>

#include "agentrun/filter/words.h"

void rules_begin(struct rules *rules, struct decision_pool *pool, bool is_32_bit)
{
    *rules = (struct rules){ .pool = pool, .is_32_bit = is_32_bit };
}

/* Comparisons of equality go first, those with an upper limit second. */
static int rank(enum filter_comparison comparison)
{
    static const int ranks[] = {
        [FILTER_NOT_EQUAL] = 3,        [FILTER_EQUAL] = 3,
        [FILTER_MASKED_EQUAL] = 3,     [FILTER_LESS] = 2,
        [FILTER_LESS_OR_EQUAL] = 2,    [FILTER_GREATER] = 1,
        [FILTER_GREATER_OR_EQUAL] = 1,
    };

    return ranks[comparison];
}

static uint64_t operand(const struct filter_argument *condition)
{
    if (condition->comparison == FILTER_MASKED_EQUAL)
        return condition->value & condition->value_two;
    return condition->value;
}

/* Positive: `a` is tried before `b`. */
static int compare_conditions(const struct filter_argument *a, const struct filter_argument *b)
{
    if (a->index != b->index)
        return a->index > b->index ? 1 : -1;
    if (rank(a->comparison) != rank(b->comparison))
        return rank(a->comparison) - rank(b->comparison);
    if (operand(a) == operand(b))
        return 0;
    if (rank(a->comparison) == rank(FILTER_LESS))
        return operand(a) < operand(b) ? 1 : -1;
    return operand(a) > operand(b) ? 1 : -1;
}

static bool same_condition(const struct filter_argument *a, const struct filter_argument *b)
{
    return a->index == b->index && a->comparison == b->comparison && operand(a) == operand(b) &&
           (a->comparison != FILTER_MASKED_EQUAL || a->value == b->value);
}

static size_t n_common_conditions(const struct rules_alternative *a,
                                  const struct rules_alternative *b)
{
    size_t n = 0;

    while (n < a->n_conditions && n < b->n_conditions &&
           same_condition(&a->conditions[n], &b->conditions[n]))
        n++;
    return n;
}

static bool goes_before(const struct rules_alternative *a, const struct rules_alternative *b)
{
    size_t n = n_common_conditions(a, b);

    return n < a->n_conditions && n < b->n_conditions &&
           compare_conditions(&a->conditions[n], &b->conditions[n]) > 0;
}

/* Whether an alternative that is here already decides `added` with it: 1 yes, 0 no, -EEXIST when
 * the two contradict each other. */
static int is_covered(const struct rules *rules, const struct rules_alternative *added)
{
    for (size_t i = 0; i < rules->n_alternatives; i++) {
        const struct rules_alternative *present = rules->alternatives[i];
        size_t n = n_common_conditions(present, added);

        if (n == added->n_conditions && present->action != added->action)
            return -EEXIST;
        if (n == present->n_conditions)
            return 1;
    }
    return 0;
}

static void make_room(struct rules *rules)
{
    struct rules_alternative **grown;

    if (rules->n_alternatives < rules->n_allocated)
        return;
    rules->n_allocated = rules->n_allocated ? rules->n_allocated * 2 : 4;
    grown = ARENA_NEW_ARRAY(rules->pool->arena, struct rules_alternative *, rules->n_allocated);
    if (rules->n_alternatives > 0)
        memcpy(grown, rules->alternatives, rules->n_alternatives * sizeof *grown);
    rules->alternatives = grown;
}

static void insert(struct rules *rules, const struct rules_alternative *added)
{
    struct rules_alternative *copy = ARENA_NEW(rules->pool->arena, struct rules_alternative);
    size_t place = 0;

    *copy = *added;
    make_room(rules);
    while (place < rules->n_alternatives && !goes_before(added, rules->alternatives[place]))
        place++;
    memmove(&rules->alternatives[place + 1], &rules->alternatives[place],
            (rules->n_alternatives - place) * sizeof *rules->alternatives);
    rules->alternatives[place] = copy;
    rules->n_alternatives++;
}

/* A masked comparison that looks at no bit always holds. */
static bool is_void(const struct filter_argument *condition, bool is_32_bit)
{
    uint64_t mask = is_32_bit ? condition->value & UINT32_MAX : condition->value;

    return condition->comparison == FILTER_MASKED_EQUAL && mask == 0;
}

static struct rules_alternative normalize(const struct rules *rules,
                                          const struct rules_alternative *alternative)
{
    struct rules_alternative normal = { .action = alternative->action };

    for (size_t i = 0; i < alternative->n_conditions; i++) {
        struct filter_argument condition = alternative->conditions[i];

        if (is_void(&condition, rules->is_32_bit))
            continue;
        if (rules->is_32_bit) {
            condition.value &= UINT32_MAX;
            condition.value_two &= UINT32_MAX;
        }
        normal.conditions[normal.n_conditions++] = condition;
    }
    return normal;
}

int rules_add(struct rules *rules, const struct rules_alternative *alternative)
{
    struct rules_alternative normal = normalize(rules, alternative);
    int covered;

    if (rules->is_unconditional)
        return 0;
    if (normal.n_conditions == 0) {
        rules->is_unconditional = true;
        rules->action = normal.action;
        return 0;
    }
    covered = is_covered(rules, &normal);
    if (covered != 0)
        return covered < 0 ? covered : 0;
    if (rules->n_alternatives == RULES_MAX_ALTERNATIVES)
        return -E2BIG;
    insert(rules, &normal);
    return 0;
}

static struct decision *decide_equal(const struct rules *rules,
                                     const struct filter_argument *condition, uint64_t mask,
                                     struct decision *then, struct decision *otherwise)
{
    uint64_t value = operand(condition);
    struct decision_test low =
        words_equal(words_low(condition->index), (uint32_t)mask, (uint32_t)value);
    struct decision_test high =
        words_equal(words_high(condition->index), (uint32_t)(mask >> 32), (uint32_t)(value >> 32));

    if (rules->is_32_bit)
        return decision_test(rules->pool, &low, then, otherwise);
    return decision_test(rules->pool, &high,
                         decision_test(rules->pool, &low, decision_assume(then, &high, true),
                                       decision_assume(otherwise, &high, true)),
                         otherwise);
}

/* `jump` is BPF_JGT or BPF_JGE. Two words are in order when the high ones are, or when those are
 * equal and the low ones are. */
static struct decision *decide_greater(const struct rules *rules,
                                       const struct filter_argument *condition, uint16_t jump,
                                       struct decision *then, struct decision *otherwise)
{
    struct decision_test low =
        words_compare(words_low(condition->index), jump, (uint32_t)condition->value);
    struct decision_test above =
        words_compare(words_high(condition->index), BPF_JGT, (uint32_t)(condition->value >> 32));
    struct decision_test same =
        words_equal(words_high(condition->index), UINT32_MAX, (uint32_t)(condition->value >> 32));
    struct decision *decision;

    if (rules->is_32_bit)
        return decision_test(rules->pool, &low, then, otherwise);
    decision = decision_test(rules->pool, &low, decision_assume(then, &same, true),
                             decision_assume(otherwise, &same, true));
    decision = decision_test(rules->pool, &same, decision, otherwise);
    return decision_test(rules->pool, &above, then, decision);
}

static struct decision *decide_condition(const struct rules *rules,
                                         const struct filter_argument *condition,
                                         struct decision *then, struct decision *otherwise)
{
    switch (condition->comparison) {
    case FILTER_NOT_EQUAL:
        return decide_equal(rules, condition, UINT64_MAX, otherwise, then);
    case FILTER_MASKED_EQUAL:
        return decide_equal(rules, condition, condition->value, then, otherwise);
    case FILTER_LESS:
        return decide_greater(rules, condition, BPF_JGE, otherwise, then);
    case FILTER_LESS_OR_EQUAL:
        return decide_greater(rules, condition, BPF_JGT, otherwise, then);
    case FILTER_GREATER_OR_EQUAL:
        return decide_greater(rules, condition, BPF_JGE, then, otherwise);
    case FILTER_GREATER:
        return decide_greater(rules, condition, BPF_JGT, then, otherwise);
    case FILTER_EQUAL:
        break;
    }
    return decide_equal(rules, condition, UINT64_MAX, then, otherwise);
}

struct decision *rules_decide(const struct rules *rules, struct decision *otherwise)
{
    struct decision *decision = otherwise;

    if (rules->is_unconditional)
        return decision_return(rules->pool, rules->action);
    for (size_t i = rules->n_alternatives; i-- > 0;) {
        const struct rules_alternative *alternative = rules->alternatives[i];
        struct decision *then = decision_return(rules->pool, alternative->action);

        for (size_t j = alternative->n_conditions; j-- > 0;)
            then = decide_condition(rules, &alternative->conditions[j], then, decision);
        decision = then;
    }
    return decision;
}
