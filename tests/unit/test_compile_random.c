/* SPDX-License-Identifier: Apache-2.0
 *
 * Random rules with many overlaps, from a fixed seed: against the meaning of the words in the
 * specification, and, where rules with different actions overlap, against libseccomp's order.
 */
#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/compile.h"
#include "agentrun/filter/names.h"
#include "filter_support.h"

#define N_PROFILES    400
#define MAX_RULES     4
#define MAX_ARGUMENTS 3
#define DEFAULT       (SECCOMP_RET_ERRNO | 1)
#define OTHER         (SECCOMP_RET_ERRNO | 9)
#if defined(__x86_64__)
#define SECOND_ARCHITECTURE AUDIT_ARCH_I386
#else
#define SECOND_ARCHITECTURE AUDIT_ARCH_ARM
#endif

/* Compared with, and tried: neighbours in both words. */
static const uint64_t values[] = {
    0, 1, 2, 3, 4, 5, 6, 0x100000000, 0x100000001, 0x100000003, 0x200000004, 0x300000001, ~0ULL,
};

static const char *const names[] = { "read" };

struct generator {
    uint64_t state;
};

/* 0..limit-1 (Knuth's MMIX generator). */
static uint32_t draw(struct generator *generator, uint32_t limit)
{
    generator->state = generator->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(generator->state >> 33) % limit;
}

static uint64_t draw_value(struct generator *generator)
{
    return values[draw(generator, ARRAY_SIZE(values))];
}

struct random_profile {
    struct filter_argument arguments[MAX_RULES][MAX_ARGUMENTS];
    struct filter_rule rules[MAX_RULES];
    uint32_t architectures[2];
    struct filter_profile profile;
};

/* Up to max_arguments different arguments in a rule. */
static void draw_rule(struct generator *generator, struct random_profile *random, size_t index,
                      unsigned max_arguments, bool only_equal)
{
    struct filter_argument *arguments = random->arguments[index];
    unsigned first = draw(generator, MAX_ARGUMENTS);
    unsigned n_arguments = 1 + draw(generator, max_arguments);

    for (unsigned i = 0; i < n_arguments; i++)
        arguments[i] = (struct filter_argument){
            .index = (first + i) % MAX_ARGUMENTS,
            .comparison = only_equal
                              ? FILTER_EQUAL
                              : (enum filter_comparison)draw(generator, FILTER_MASKED_EQUAL + 1),
            .value = draw_value(generator),
            .value_two = draw_value(generator),
        };
    random->rules[index] = (struct filter_rule){
        .names = names,
        .n_names = 1,
        .action = SECCOMP_RET_ALLOW,
        .arguments = arguments,
        .n_arguments = n_arguments,
    };
}

static void draw_profile(struct generator *generator, struct random_profile *random,
                         unsigned max_arguments, bool only_equal)
{
    size_t n_rules = 1 + draw(generator, MAX_RULES);

    for (size_t i = 0; i < n_rules; i++)
        draw_rule(generator, random, i, max_arguments, only_equal);
    random->architectures[0] = SUPPORT_NATIVE;
    random->architectures[1] = SECOND_ARCHITECTURE;
    random->profile = (struct filter_profile){
        .default_action = DEFAULT,
        .architectures = random->architectures,
        .n_architectures = 2,
        .rules = random->rules,
        .n_rules = n_rules,
    };
}

static bool holds(const struct filter_argument *argument, uint64_t word, bool is_32_bit)
{
    uint64_t cut = is_32_bit ? UINT32_MAX : UINT64_MAX;
    uint64_t value = argument->value & cut, value_two = argument->value_two & cut;

    word &= cut;
    switch (argument->comparison) {
    case FILTER_NOT_EQUAL:
        return word != value;
    case FILTER_LESS:
        return word < value;
    case FILTER_LESS_OR_EQUAL:
        return word <= value;
    case FILTER_GREATER_OR_EQUAL:
        return word >= value;
    case FILTER_GREATER:
        return word > value;
    case FILTER_MASKED_EQUAL:
        return (word & value) == (value_two & value);
    default:
        return word == value;
    }
}

static bool matches(const struct filter_rule *rule, const uint64_t words[6], bool is_32_bit)
{
    for (size_t i = 0; i < rule->n_arguments; i++)
        if (!holds(&rule->arguments[i], words[rule->arguments[i].index], is_32_bit))
            return false;
    return true;
}

/* Rules are alternatives, the conditions of one must all hold. */
static uint32_t as_written(const struct filter_profile *profile, const uint64_t words[6],
                           bool is_32_bit)
{
    for (size_t i = 0; i < profile->n_rules; i++)
        if (matches(&profile->rules[i], words, is_32_bit))
            return profile->rules[i].action;
    return profile->default_action;
}

/* Call `check` for every combination of values of three arguments. */
static void for_all_words(void (*check)(const void *context, const uint64_t words[6]),
                          const void *context)
{
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        for (size_t j = 0; j < ARRAY_SIZE(values); j++)
            for (size_t k = 0; k < ARRAY_SIZE(values); k++) {
                const uint64_t words[6] = { values[i], values[j], values[k] };

                check(context, words);
            }
}

static uint32_t number_of_read(uint32_t architecture)
{
    struct names_call call;

    assert_true(names_resolve(architecture, names[0], &call));
    return (uint32_t)call.number;
}

struct comparison {
    const struct filter_profile *profile;
    struct filter_program ours, oracle;
    uint32_t architecture, number;
};

static void check_as_written(const void *context, const uint64_t words[6])
{
    const struct comparison *comparison = context;
    bool is_32_bit = comparison->architecture == SECOND_ARCHITECTURE;

    assert_int_equal(
        support_verdict(&comparison->ours, comparison->architecture, comparison->number, words),
        as_written(comparison->profile, words, is_32_bit));
}

static void check_as_oracle(const void *context, const uint64_t words[6])
{
    const struct comparison *comparison = context;

    assert_int_equal(
        support_verdict(&comparison->ours, comparison->architecture, comparison->number, words),
        support_verdict(&comparison->oracle, comparison->architecture, comparison->number, words));
}

static void test_compile_random_rules_mean_what_they_say(void **state)
{
    struct generator generator = { .state = 1 };

    (void)state;
    for (unsigned i = 0; i < N_PROFILES; i++) {
        struct arena arena = { .blocks = NULL };
        struct random_profile random;
        struct comparison comparison = { .profile = &random.profile };
        struct error err;

        draw_profile(&generator, &random, MAX_ARGUMENTS, false);
        assert_int_equal(filter_compile(&arena, &random.profile, &comparison.ours, &err), 0);
        for (size_t j = 0; j < ARRAY_SIZE(random.architectures); j++) {
            comparison.architecture = random.architectures[j];
            comparison.number = number_of_read(comparison.architecture);
            for_all_words(check_as_written, &comparison);
        }
        arena_release(&arena);
    }
}

static void test_compile_random_actions_follow_libseccomps_order(void **state)
{
    struct generator generator = { .state = 2 };
    unsigned n_refused = 0;

    (void)state;
    for (unsigned i = 0; i < N_PROFILES; i++) {
        struct arena arena = { .blocks = NULL };
        struct random_profile random;
        struct comparison comparison = { .profile = &random.profile,
                                         .architecture = SUPPORT_NATIVE };
        struct error err;
        int ours, oracle;

        draw_profile(&generator, &random, 2, true);
        for (size_t j = 0; j < random.profile.n_rules; j++)
            random.rules[j].action = draw(&generator, 2) ? SECCOMP_RET_ALLOW : OTHER;
        ours = filter_compile(&arena, &random.profile, &comparison.ours, &err);
        oracle = support_oracle(&arena, &random.profile, &comparison.oracle);
        assert_int_equal(ours, oracle);
        comparison.number = number_of_read(SUPPORT_NATIVE);
        if (ours == 0)
            for_all_words(check_as_oracle, &comparison);
        else
            n_refused++;
        arena_release(&arena);
    }
    assert_in_range(n_refused, 1, N_PROFILES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile_random_rules_mean_what_they_say),
        cmocka_unit_test(test_compile_random_actions_follow_libseccomps_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
