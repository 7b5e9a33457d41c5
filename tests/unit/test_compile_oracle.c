/* SPDX-License-Identifier: Apache-2.0
 *
 * Our programs against libseccomp's: the same verdict for every architecture, number and argument.
 *
 * Two differences are wanted, and known to compare_call() below:
 * - numbers above the highest one that the profile names get ENOSYS, as runc adds it around
 *   libseccomp's program;
 * - a call that libseccomp is too old to know is no unknown name for us.
 * A third one is not compared here: where several rules for one call compare the same argument with
 * <, <=, > or >=, libseccomp 2.5 mixes them up. Ours follow the rules as they are written, which
 * test_compile_random.c checks.
 */
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/json.h"
#include "agentrun/base/scope.h"
#include "agentrun/filter/compile.h"
#include "agentrun/filter/names.h"
#include "filter_support.h"

#define X32_BIT      0x40000000U
#define N_NUMBERS    601
#define MAX_VALUES   64
#define ERRNO(value) (SECCOMP_RET_ERRNO | (value))

static const uint64_t no_arguments[6];

/* One profile, and what both sides make of it. */
struct pair {
    const char *why;
    struct arena arena;
    struct filter_profile profile;
    struct filter_program ours, oracle;
};

static void make_pair(struct pair *pair)
{
    struct error err;

    if (filter_compile(&pair->arena, &pair->profile, &pair->ours, &err) < 0)
        fail_msg("%s: %s", pair->why, err.text);
    assert_int_equal(support_oracle(&pair->arena, &pair->profile, &pair->oracle), 0);
}

static uint32_t token_of(uint32_t architecture)
{
    return architecture & FILTER_X32 ? (uint32_t)SCMP_ARCH_X32 : architecture;
}

/* The highest number among the names of the profile, as runc looks for it, but with our names and
 * with the direct numbers of multiplexed calls. */
static uint32_t highest_number(const struct filter_profile *profile, uint32_t architecture)
{
    uint32_t highest = 0;
    struct names_call call;

    for (size_t i = 0; i < profile->n_rules; i++)
        for (size_t j = 0; j < profile->rules[i].n_names; j++)
            if (names_resolve(architecture, profile->rules[i].names[j], &call) &&
                call.number >= 0 && (uint32_t)call.number > highest)
                highest = (uint32_t)call.number;
    return highest;
}

/* The rule for a number under a name that libseccomp does not know. */
static const struct filter_rule *find_new_rule(const struct filter_profile *profile,
                                               uint32_t architecture, uint32_t number)
{
    struct names_call call;

    for (size_t i = 0; i < profile->n_rules; i++)
        for (size_t j = 0; j < profile->rules[i].n_names; j++) {
            const char *name = profile->rules[i].names[j];

            if (seccomp_syscall_resolve_name_arch(token_of(architecture), name) ==
                    __NR_SCMP_ERROR &&
                names_resolve(architecture, name, &call) && (uint32_t)call.number == number)
                return &profile->rules[i];
        }
    return NULL;
}

static bool is_permissive(uint32_t action)
{
    return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG ||
           (action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE;
}

static void compare_call(const struct pair *pair, uint32_t architecture, uint32_t number,
                         const uint64_t arguments[6], uint32_t highest)
{
    uint32_t kernel_architecture = architecture & ~(uint32_t)FILTER_X32;
    uint32_t got = support_verdict(&pair->ours, kernel_architecture, number, arguments);
    uint32_t expected = support_verdict(&pair->oracle, kernel_architecture, number, arguments);
    const struct filter_rule *rule = NULL;

    if (highest && number > highest && !is_permissive(pair->profile.default_action))
        expected = ERRNO(ENOSYS);
    else if (got != expected)
        rule = find_new_rule(&pair->profile, architecture, number);
    if (rule && rule->n_arguments == 0)
        expected = rule->action;
    if (got != expected)
        fail_msg("%s: architecture %#x, number %u, arguments %#llx %#llx %#llx %#llx: %#x, not %#x",
                 pair->why, architecture, number, (unsigned long long)arguments[0],
                 (unsigned long long)arguments[1], (unsigned long long)arguments[2],
                 (unsigned long long)arguments[3], got, expected);
}

static void add_value(uint64_t values[MAX_VALUES], size_t *n_values, uint64_t value)
{
    for (size_t i = 0; i < *n_values; i++)
        if (values[i] == value)
            return;
    if (*n_values < MAX_VALUES)
        values[(*n_values)++] = value;
}

static void add_boundaries(uint64_t values[MAX_VALUES], size_t *n_values, uint64_t value)
{
    add_value(values, n_values, value);
    add_value(values, n_values, value - 1);
    add_value(values, n_values, value + 1);
    add_value(values, n_values, value ^ 1ULL << 32);
    add_value(values, n_values, value | 1ULL << 63);
    add_value(values, n_values, value & UINT32_MAX);
    add_value(values, n_values, value + (1ULL << 32));
    add_value(values, n_values, value - (1ULL << 32));
}

/* What is worth trying for one argument: around each value that any rule compares it with. */
static size_t collect_values(const struct filter_profile *profile, unsigned index,
                             uint64_t values[MAX_VALUES])
{
    size_t n_values = 0;

    add_value(values, &n_values, 0);
    for (size_t i = 0; i < profile->n_rules; i++)
        for (size_t j = 0; j < profile->rules[i].n_arguments; j++) {
            const struct filter_argument *argument = &profile->rules[i].arguments[j];

            if (argument->index != index)
                continue;
            add_boundaries(values, &n_values, argument->value);
            if (argument->comparison != FILTER_MASKED_EQUAL)
                continue;
            add_boundaries(values, &n_values, argument->value_two);
            add_boundaries(values, &n_values, argument->value_two | ~argument->value);
        }
    return n_values;
}

/* All combinations of interesting values of the arguments from `index` on. */
static void compare_arguments(const struct pair *pair, uint32_t architecture, uint32_t number,
                              uint64_t arguments[6], unsigned index, uint32_t highest)
{
    uint64_t values[MAX_VALUES];
    size_t n_values;

    if (index == 6) {
        compare_call(pair, architecture, number, arguments, highest);
        return;
    }
    n_values = collect_values(&pair->profile, index, values);
    for (size_t i = 0; i < n_values; i++) {
        arguments[index] = values[i];
        compare_arguments(pair, architecture, number, arguments, index + 1, highest);
    }
}

static bool has_conditions(const struct filter_profile *profile, uint32_t architecture,
                           uint32_t number)
{
    struct names_call call;

    for (size_t i = 0; i < profile->n_rules; i++)
        for (size_t j = 0; j < profile->rules[i].n_names && profile->rules[i].n_arguments; j++)
            if (names_resolve(architecture, profile->rules[i].names[j], &call) &&
                ((uint32_t)call.number == number || (uint32_t)call.multiplexer == number))
                return true;
    return false;
}

static void compare_number(const struct pair *pair, uint32_t architecture, uint32_t number,
                           uint32_t highest)
{
    uint64_t arguments[6] = { 0 };

    compare_call(pair, architecture, number, no_arguments, highest);
    if (has_conditions(&pair->profile, architecture, number))
        compare_arguments(pair, architecture, number, arguments, 0, highest);
    /* The multiplexers of i386: the first argument chooses the call. */
    for (arguments[0] = 0; architecture == AUDIT_ARCH_I386 && arguments[0] < 32; arguments[0]++)
        compare_call(pair, architecture, number, arguments, highest);
}

static void compare_architecture(const struct pair *pair, uint32_t architecture)
{
    uint32_t base = architecture & FILTER_X32 ? X32_BIT : 0;
    uint32_t highest = highest_number(&pair->profile, architecture);

    for (uint32_t number = base; number < base + N_NUMBERS; number++)
        compare_number(pair, architecture, number, highest);
}

static bool lists(const struct filter_profile *profile, uint32_t architecture)
{
    for (size_t i = 0; i < profile->n_architectures; i++)
        if (profile->architectures[i] == architecture)
            return true;
    return false;
}

/* Architectures that the profile does not list, and numbers that belong to none. */
static void compare_foreign(const struct pair *pair)
{
    static const uint32_t foreign[] = { AUDIT_ARCH_PPC64LE, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM,
                                        AUDIT_ARCH_I386,    AUDIT_ARCH_X86_64,  0 };
    static const uint32_t numbers[] = { 0, 1, 59, 102, 117, 400, X32_BIT - 1, 0x80000000U };

    for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
        for (size_t j = 0; j < ARRAY_SIZE(numbers); j++)
            if (foreign[i] != SUPPORT_NATIVE && !lists(&pair->profile, foreign[i]))
                compare_call(pair, foreign[i], numbers[j], no_arguments, 0);
    if (!lists(&pair->profile, SUPPORT_X32))
        for (uint32_t number = X32_BIT; number < X32_BIT + N_NUMBERS; number++)
            compare_call(pair, SUPPORT_NATIVE, number, no_arguments, 0);
}

static void compare_everything(struct pair *pair)
{
    make_pair(pair);
    compare_architecture(pair, SUPPORT_NATIVE);
#if defined(__x86_64__)
    if (lists(&pair->profile, SUPPORT_X32))
        compare_architecture(pair, SUPPORT_X32);
    if (lists(&pair->profile, AUDIT_ARCH_I386))
        compare_architecture(pair, AUDIT_ARCH_I386);
#elif defined(__aarch64__)
    if (lists(&pair->profile, AUDIT_ARCH_ARM))
        compare_architecture(pair, AUDIT_ARCH_ARM);
#endif
    compare_foreign(pair);
}

static void compare_file(const char *name, unsigned max_instructions)
{
    struct pair pair = { .why = name };

    pair.profile = support_load_profile(&pair.arena, name);
    compare_everything(&pair);
    print_message("%s: %u instructions, libseccomp's %u\n", name, pair.ours.n_instructions,
                  pair.oracle.n_instructions);
    assert_in_range(pair.ours.n_instructions, 1, max_instructions);
    arena_release(&pair.arena);
}

static void test_compile_docker_profile_equals_oracle(void **state)
{
    (void)state;
    compare_file("seccomp-docker-20.10.json", 500);
    compare_file("seccomp-docker-26.1.json", 500);
}

static void test_compile_podman_profile_equals_oracle(void **state)
{
    (void)state;
    compare_file("seccomp-podman-5.4.json", 600);
}

static void test_compile_containerd_profile_equals_oracle(void **state)
{
    (void)state;
    compare_file("seccomp-containerd-1.7.json", 500);
}

static void test_compile_small_profiles_equal_oracle(void **state)
{
    struct arena arena = { .blocks = NULL };
    const struct json *object;

    (void)state;
    for (object = support_load_json(&arena, "seccomp-small.json")->first; object;
         object = object->next) {
        struct pair pair = { .why = json_member(object, "why")->string };

        pair.profile = support_profile_of(&pair.arena, object);
        compare_everything(&pair);
        arena_release(&pair.arena);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile_docker_profile_equals_oracle),
        cmocka_unit_test(test_compile_podman_profile_equals_oracle),
        cmocka_unit_test(test_compile_containerd_profile_equals_oracle),
        cmocka_unit_test(test_compile_small_profiles_equal_oracle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
