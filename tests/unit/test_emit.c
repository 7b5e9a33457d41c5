/* SPDX-License-Identifier: Apache-2.0
 *
 * Random decisions over random ranges of numbers, from a fixed seed: the program must come to the
 * same verdict as walking through the decisions themselves. Sizes run from nothing to programs in
 * which most jumps are too far for one instruction.
 */
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/emit.h"
#include "agentrun/filter/words.h"
#include "filter_support.h"

#define N_PROGRAMS  300
#define MAX_RANGES  600
#define N_DECISIONS 60
#define N_VALUES    8 /* of each word: 0..N_VALUES-1 */

struct generator {
    uint64_t state;
};

/* 0..limit-1 (Knuth's MMIX generator). */
static uint32_t draw(struct generator *generator, uint32_t limit)
{
    generator->state = generator->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(generator->state >> 33) % limit;
}

static struct decision_test draw_test(struct generator *generator)
{
    static const uint16_t jumps[] = { BPF_JGT, BPF_JGE, BPF_JSET };
    uint32_t word = words_low(draw(generator, 3));

    if (draw(generator, 2))
        return words_equal(word, UINT32_MAX, draw(generator, N_VALUES));
    if (draw(generator, 3) == 0)
        return words_equal(word, draw(generator, N_VALUES), draw(generator, N_VALUES));
    return words_compare(word, jumps[draw(generator, ARRAY_SIZE(jumps))],
                         draw(generator, N_VALUES));
}

/* Each decision leads to earlier ones, so that parts are shared. */
static void draw_decisions(struct generator *generator, struct decision_pool *pool,
                           struct decision *decisions[N_DECISIONS])
{
    for (uint32_t i = 0; i < N_DECISIONS; i++) {
        struct decision_test test = draw_test(generator);

        if (i < 5)
            decisions[i] = decision_return(pool, SECCOMP_RET_ERRNO | i);
        else
            decisions[i] = decision_test(pool, &test, decisions[draw(generator, i)],
                                         decisions[draw(generator, i)]);
    }
}

static bool holds(const struct decision_test *test, const struct seccomp_data *data)
{
    uint32_t word = *(const uint32_t *)(const void *)((const char *)data + test->offset);

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

static uint32_t walk(const struct decision *decision, const struct seccomp_data *data)
{
    while (!decision->is_return)
        decision = holds(&decision->test, data) ? decision->yes : decision->no;
    return decision->action;
}

/* The plain model of ranges: one decision a number. */
struct model {
    struct decision *by_number[MAX_RANGES * 2];
};

static void draw_ranges(struct generator *generator, struct decision *decisions[N_DECISIONS],
                        uint32_t n_ranges, struct ranges *ranges, struct model *model)
{
    for (uint32_t i = 0; i < ARRAY_SIZE(model->by_number); i++)
        model->by_number[i] = decisions[0];
    for (uint32_t i = 0; i < n_ranges; i++) {
        uint32_t first = draw(generator, ARRAY_SIZE(model->by_number));
        uint32_t last = first + (draw(generator, 2) ? 0 : draw(generator, 4));
        struct decision *decision = decisions[draw(generator, N_DECISIONS)];

        if (last >= ARRAY_SIZE(model->by_number))
            last = ARRAY_SIZE(model->by_number) - 1;
        ranges_set(ranges, first, last, decision);
        for (uint32_t number = first; number <= last; number++)
            model->by_number[number] = decision;
    }
}

static void check_program(struct generator *generator, const struct filter_program *program,
                          const struct model *model)
{
    for (uint32_t number = 0; number < ARRAY_SIZE(model->by_number); number++) {
        const struct seccomp_data data = {
            .nr = (int)number,
            .args = { draw(generator, N_VALUES), draw(generator, N_VALUES),
                      draw(generator, N_VALUES) },
        };

        assert_int_equal(support_verdict(program, 0, number, (const uint64_t *)data.args),
                         walk(model->by_number[number], &data));
    }
}

static void test_emit_programs_decide_as_the_decisions(void **state)
{
    struct generator generator = { .state = 3 };

    (void)state;
    for (uint32_t i = 0; i < N_PROGRAMS; i++) {
        struct arena arena = { .blocks = NULL };
        struct decision_pool pool = { .arena = &arena };
        struct decision *decisions[N_DECISIONS];
        struct filter_program program;
        struct emitter emitter;
        struct ranges ranges;
        struct model model;
        struct error err;

        draw_decisions(&generator, &pool, decisions);
        ranges_begin(&ranges, &arena, decisions[0]);
        draw_ranges(&generator, decisions, i * MAX_RANGES / N_PROGRAMS, &ranges, &model);
        emit_begin(&emitter, &arena);
        emit_ranges(&emitter, &ranges);
        assert_int_equal(emit_finish(&emitter, &program, &err), 0);
        check_program(&generator, &program, &model);
        arena_release(&arena);
    }
}

static void test_ranges_neighbours_joined(void **state)
{
    struct arena arena = { .blocks = NULL };
    struct decision_pool pool = { .arena = &arena };
    struct decision *a = decision_return(&pool, 1), *b = decision_return(&pool, 2);
    struct ranges ranges;

    (void)state;
    ranges_begin(&ranges, &arena, a);
    ranges_set(&ranges, 5, 5, b);
    ranges_set(&ranges, 6, 9, b);
    ranges_set(&ranges, 3, 4, b);
    assert_int_equal(ranges.n_items, 3);
    assert_int_equal(ranges.items[1].first, 3);
    assert_int_equal(ranges.items[2].first, 10);
    ranges_set(&ranges, 0, UINT32_MAX, a);
    assert_int_equal(ranges.n_items, 1);
    ranges_set(&ranges, UINT32_MAX, UINT32_MAX, b);
    assert_int_equal(ranges.n_items, 2);
    assert_int_equal(ranges.items[1].first, UINT32_MAX);
    arena_release(&arena);
}

static void test_decision_needless_tests_left_out(void **state)
{
    struct arena arena = { .blocks = NULL };
    struct decision_pool pool = { .arena = &arena };
    struct decision *a = decision_return(&pool, 1), *b = decision_return(&pool, 2);
    const struct decision_test is_5 = words_equal(words_low(0), UINT32_MAX, 5);
    const struct decision_test above_4 = words_compare(words_low(0), BPF_JGT, 4);
    const struct decision_test no_bit = words_equal(words_low(0), 0, 0);
    struct decision *inner = decision_test(&pool, &above_4, a, b);

    (void)state;
    assert_ptr_equal(decision_return(&pool, 1), a);
    assert_ptr_equal(decision_test(&pool, &is_5, a, a), a);
    assert_ptr_equal(decision_test(&pool, &no_bit, a, b), a);
    assert_ptr_equal(decision_test(&pool, &above_4, inner, b), inner);
    /* 5 is above 4. */
    assert_ptr_equal(decision_test(&pool, &is_5, inner, b), decision_test(&pool, &is_5, a, b));
    /* That it is not 5 says nothing. */
    assert_ptr_equal(decision_test(&pool, &is_5, a, inner)->no, inner);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emit_programs_decide_as_the_decisions),
        cmocka_unit_test(test_ranges_neighbours_joined),
        cmocka_unit_test(test_decision_needless_tests_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
