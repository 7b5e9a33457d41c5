/* SPDX-License-Identifier: Apache-2.0
 *
 * What the compiler refuses, and where it goes its own way. That its programs answer as
 * libseccomp's do is in test_compile_oracle.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/compile.h"
#include "agentrun/filter/names.h"
#include "filter_support.h"

#define ALLOW        SECCOMP_RET_ALLOW
#define ERRNO(value) (SECCOMP_RET_ERRNO | (value))
#define IF(i, c, v)                                                                                \
    {                                                                                              \
        .index = (i), .comparison = (c), .value = (v)                                              \
    }

static const uint64_t no_arguments[6];
static const char *const read_name[] = { "read" };
static const char *const new_names[] = { "mseal", "fchmodat2" };

static uint32_t number_of_read(void)
{
    struct names_call call;

    assert_true(names_resolve(SUPPORT_NATIVE, "read", &call));
    return (uint32_t)call.number;
}

static struct filter_rule rule_for_read(uint32_t action, const struct filter_argument *arguments,
                                        size_t n_arguments)
{
    return (struct filter_rule){ read_name, 1, action, arguments, n_arguments };
}

/* The rules on top of a default of EPERM. */
static int compile(struct arena *arena, const struct filter_rule *rules, size_t n_rules,
                   struct filter_program *out_program, struct error *err)
{
    const struct filter_profile profile = {
        .default_action = ERRNO(EPERM),
        .rules = rules,
        .n_rules = n_rules,
    };

    return filter_compile(arena, &profile, out_program, err);
}

static void check_contradiction(const struct filter_rule rules[2])
{
    const struct filter_profile profile = {
        .default_action = ERRNO(EPERM),
        .rules = rules,
        .n_rules = 2,
    };
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    assert_int_equal(support_oracle(&arena, &profile, &program), -EEXIST);
    assert_int_equal(filter_compile(&arena, &profile, &program, &err), -EEXIST);
    assert_int_equal(err.kind, ERROR_SPEC);
    assert_non_null(strstr(err.text, "'read'"));
    arena_release(&arena);
}

static void test_compile_contradicting_rules_refused(void **state)
{
    static const struct filter_argument arguments[] = { IF(0, FILTER_EQUAL, 1),
                                                        IF(1, FILTER_EQUAL, 1) };
    const struct filter_rule same[] = { rule_for_read(ALLOW, arguments, 1),
                                        rule_for_read(ERRNO(99), arguments, 1) };
    const struct filter_rule wider[] = { rule_for_read(ALLOW, arguments, 2),
                                         rule_for_read(ERRNO(99), arguments, 1) };

    (void)state;
    check_contradiction(same);
    check_contradiction(wider);
}

static void test_compile_argument_out_of_range_refused(void **state)
{
    static const struct filter_argument seventh = IF(6, FILTER_EQUAL, 1);
    const struct filter_rule rule = rule_for_read(ALLOW, &seventh, 1);
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile(&arena, &rule, 1, &program, &err), -EINVAL);
    arena_release(&arena);
}

static void test_compile_new_names_resolved(void **state)
{
    static const struct filter_rule rule = { .names = new_names, .n_names = 2, .action = ALLOW };
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile(&arena, &rule, 1, &program, &err), 0);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 462, no_arguments), ALLOW);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 452, no_arguments), ALLOW);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 461, no_arguments), ERRNO(EPERM));
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 463, no_arguments), ERRNO(ENOSYS));
    arena_release(&arena);
}

/* libseccomp 2.5.4 shares the test of the high words here, and then lets (5, 2) pass. */
static void test_compile_ordered_rules_keep_their_conditions(void **state)
{
    static const struct filter_argument first_pair[] = { IF(0, FILTER_GREATER, 5),
                                                         IF(1, FILTER_EQUAL, 2) };
    static const struct filter_argument second_pair[] = { IF(0, FILTER_GREATER, 3),
                                                          IF(1, FILTER_EQUAL, 3) };
    const struct filter_rule rules[] = { rule_for_read(ALLOW, first_pair, 2),
                                         rule_for_read(ALLOW, second_pair, 2) };
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile(&arena, rules, 2, &program, &err), 0);
    for (uint64_t first = 0; first < 8; first++)
        for (uint64_t second = 0; second < 5; second++) {
            uint64_t arguments[6] = { first, second };
            bool is_allowed = (first > 5 && second == 2) || (first > 3 && second == 3);

            assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number_of_read(), arguments),
                             is_allowed ? ALLOW : ERRNO(EPERM));
        }
    arena_release(&arena);
}

static void test_compile_skipped_call_gets_default(void **state)
{
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile(&arena, NULL, 0, &program, &err), 0);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, UINT32_MAX, no_arguments),
                     ERRNO(EPERM));
    arena_release(&arena);
}

static void test_compile_flags_handed_on(void **state)
{
    static const struct filter_profile profile = { .flags = SECCOMP_FILTER_FLAG_LOG };
    struct arena arena = { .blocks = NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(filter_compile(&arena, &profile, &program, &err), 0);
    assert_int_equal(program.flags, SECCOMP_FILTER_FLAG_LOG);
    arena_release(&arena);
}

/* Enough tests for one call that jumps do not reach from end to end, then too many. */
static void test_compile_long_program_refused(void **state)
{
    enum { N_FIT = 900, N_ALL = 1100 };
    struct arena arena = { .blocks = NULL };
    struct filter_argument *arguments = ARENA_NEW_ARRAY(&arena, struct filter_argument, N_ALL);
    struct filter_rule *rules = ARENA_NEW_ARRAY(&arena, struct filter_rule, N_ALL);
    struct filter_program program;
    struct error err;

    (void)state;
    for (uint64_t i = 0; i < N_ALL; i++) {
        arguments[i] = (struct filter_argument)IF(0, FILTER_EQUAL, i << 32 | i);
        rules[i] = rule_for_read(ALLOW, &arguments[i], 1);
    }
    assert_int_equal(compile(&arena, rules, N_FIT, &program, &err), 0);
    for (uint64_t i = 0; i < N_ALL; i++) {
        const uint64_t words[6] = { i << 32 | i }, near_words[6] = { i << 32 | (i + 1) };

        assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number_of_read(), words),
                         i < N_FIT ? ALLOW : ERRNO(EPERM));
        assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number_of_read(), near_words),
                         ERRNO(EPERM));
    }
    program.n_instructions = 7;
    assert_int_equal(compile(&arena, rules, N_ALL, &program, &err), -E2BIG);
    assert_int_equal(program.n_instructions, 7);
    arena_release(&arena);
}

/* As many as fit into the longest document that we read, for one call. */
static void test_compile_absurd_profiles_refused_in_time(void **state)
{
    enum { N_ALL = 65536 };
    struct arena arena = { .blocks = NULL };
    struct filter_argument *arguments = ARENA_NEW_ARRAY(&arena, struct filter_argument, N_ALL);
    struct filter_rule *rules = ARENA_NEW_ARRAY(&arena, struct filter_rule, N_ALL);
    const char **many_names = ARENA_NEW_ARRAY(&arena, const char *, N_ALL);
    const struct filter_rule rule = { .names = many_names, .n_names = N_ALL, .action = ALLOW };
    struct filter_program program;
    struct error err;

    (void)state;
    for (uint64_t i = 0; i < N_ALL; i++) {
        arguments[i] = (struct filter_argument)IF(0, FILTER_EQUAL, i);
        rules[i] = rule_for_read(ALLOW, &arguments[i], 1);
        many_names[i] = "read";
    }
    assert_int_equal(compile(&arena, rules, 16000, &program, &err), -E2BIG);
    assert_non_null(strstr(err.text, "'read'"));
    assert_int_equal(compile(&arena, rules, N_ALL, &program, &err), -E2BIG);
    assert_int_equal(compile(&arena, &rule, 1, &program, &err), -E2BIG);
    arena_release(&arena);
}

/* The decisions for these would be 70 000 deep. */
static void test_compile_deep_profile_refused(void **state)
{
    enum { N_RULES = 4000 };
    struct arena arena = { .blocks = NULL };
    struct filter_argument *arguments =
        ARENA_NEW_ARRAY(&arena, struct filter_argument, N_RULES * 6);
    struct filter_rule *rules = ARENA_NEW_ARRAY(&arena, struct filter_rule, N_RULES);
    struct filter_program program;
    struct error err;

    (void)state;
    for (uint64_t i = 0; i < N_RULES; i++) {
        for (unsigned j = 0; j < 6; j++)
            arguments[i * 6 + j] =
                (struct filter_argument)IF(j, FILTER_GREATER, (i + j) << 32 | (i * 7 + j));
        rules[i] = rule_for_read(ALLOW, &arguments[i * 6], 6);
    }
    assert_int_equal(compile(&arena, rules, N_RULES, &program, &err), -E2BIG);
    arena_release(&arena);
}

static void test_compile_repeated_rules_cost_nothing(void **state)
{
    static const struct filter_argument argument = IF(0, FILTER_EQUAL, 7);
    struct filter_rule rules[500];
    struct arena arena = { .blocks = NULL };
    struct filter_program once, often;
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        rules[i] = rule_for_read(ALLOW, &argument, 1);
    assert_int_equal(compile(&arena, rules, 1, &once, &err), 0);
    assert_int_equal(compile(&arena, rules, ARRAY_SIZE(rules), &often, &err), 0);
    assert_int_equal(often.n_instructions, once.n_instructions);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile_contradicting_rules_refused),
        cmocka_unit_test(test_compile_argument_out_of_range_refused),
        cmocka_unit_test(test_compile_new_names_resolved),
        cmocka_unit_test(test_compile_ordered_rules_keep_their_conditions),
        cmocka_unit_test(test_compile_skipped_call_gets_default),
        cmocka_unit_test(test_compile_flags_handed_on),
        cmocka_unit_test(test_compile_long_program_refused),
        cmocka_unit_test(test_compile_absurd_profiles_refused_in_time),
        cmocka_unit_test(test_compile_deep_profile_refused),
        cmocka_unit_test(test_compile_repeated_rules_cost_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
