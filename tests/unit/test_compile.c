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

#include "agentrun/base/scope.h"
#include "agentrun/filter/compile.h"
#include "agentrun/filter/names.h"
#include "filter_support.h"

#define X32_BIT      0x40000000U
#define N_NUMBERS    601
#define MAX_VALUES   64
#define ALLOW        SECCOMP_RET_ALLOW
#define ERRNO(value) (SECCOMP_RET_ERRNO | (value))

static const uint64_t no_arguments[6];

/* One profile, and what both sides make of it. */
struct pair {
    struct arena arena;
    struct filter_profile profile;
    struct filter_program ours, oracle;
};

static void make_pair(struct pair *pair)
{
    struct error err;

    if (filter_compile(&pair->arena, &pair->profile, &pair->ours, &err) < 0)
        fail_msg("%s", err.text);
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
        fail_msg("architecture %#x, number %u, arguments %#llx %#llx %#llx %#llx: %#x, not %#x",
                 architecture, number, (unsigned long long)arguments[0],
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
    struct pair pair = { .arena = { NULL } };

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

#define ALL_ABIS "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"],"
#define DENYING  "{\"defaultAction\":\"SCMP_ACT_ERRNO\"," ALL_ABIS "\"syscalls\":["
#define ALLOWING "{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ALL_ABIS "\"syscalls\":["
#define NAMES    "{\"names\":[\"read\",\"write\",\"clone\",\"socket\",\"shmat\"],"
/* Without the calls that i386 multiplexes: there the same rules would contradict each other. */
#define PLAIN(action)                                                                              \
    "{\"names\":[\"read\",\"clone\"],\"action\":\"SCMP_ACT_" action "\",\"args\":["
#define PLAIN_ALLOW_IF PLAIN("ALLOW")
#define PLAIN_DENY_IF  PLAIN("ERRNO")
#define PLAIN_TRAP_IF  PLAIN("TRAP")
#define PLAIN_KILL_IF  PLAIN("KILL_PROCESS")
#define ALLOW_IF       NAMES "\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
#define DENY_IF        NAMES "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":99,\"args\":["
#define KILL_IF        NAMES "\"action\":\"SCMP_ACT_KILL_PROCESS\",\"args\":["
#define IF(index, op, value)                                                                       \
    "{\"index\":" #index ",\"op\":\"SCMP_CMP_" #op "\",\"value\":" #value "}"
#define IF_MASKED(index, mask, value)                                                              \
    "{\"index\":" #index ",\"op\":\"SCMP_CMP_MASKED_EQ\",\"value\":" #mask ",\"valueTwo\":" #value \
    "}"
#define AND ","
#define OR  "]},"
#define END "]}]}"

/* 4294967296 is 2^32. */
static const char *const small_profiles[] = {
    /* Each comparison: low word only, high word only, both. */
    DENYING ALLOW_IF IF(1, EQ, 5) END,
    DENYING ALLOW_IF IF(1, EQ, 4294967301) END,
    DENYING ALLOW_IF IF(0, NE, 4294967301) END,
    DENYING ALLOW_IF IF(1, LT, 4294967301) END,
    DENYING ALLOW_IF IF(1, LT, 0) END,
    DENYING ALLOW_IF IF(2, LE, 4294967301) END,
    DENYING ALLOW_IF IF(2, LE, 18446744073709551615) END,
    DENYING ALLOW_IF IF(3, GT, 4294967301) END,
    DENYING ALLOW_IF IF(3, GE, 4294967301) END,
    DENYING ALLOW_IF IF(3, GE, 0) END,
    DENYING ALLOW_IF IF_MASKED(0, 2114060288, 0) END,
    DENYING ALLOW_IF IF_MASKED(0, 4294967297, 1) END,
    DENYING ALLOW_IF IF_MASKED(0, 4294967296, 4294967296) END,
    DENYING ALLOW_IF IF_MASKED(0, 4294967297, 7) END,
    DENYING ALLOW_IF IF_MASKED(5, 0, 0) END,
    /* Several arguments. */
    DENYING ALLOW_IF IF(0, EQ, 1) AND IF(1, GE, 7) AND IF(2, NE, 3) END,
    DENYING ALLOW_IF IF(2, GT, 1) AND IF(0, EQ, 7) END,
    /* Several rules are alternatives. */
    DENYING ALLOW_IF IF(0, EQ, 1) OR ALLOW_IF IF(0, EQ, 2) OR ALLOW_IF IF(1, EQ, 3) END,
    DENYING ALLOW_IF IF(0, EQ, 1) AND IF(1, EQ, 2) OR ALLOW_IF IF(0, EQ, 1) END,
    /* One argument twice in a rule: two rules. */
    DENYING ALLOW_IF IF(0, GT, 5) AND IF(0, LT, 9) END,
    DENYING ALLOW_IF IF(0, NE, 5) AND IF(1, EQ, 1) AND IF(0, NE, 9) END,
    /* A rule without conditions beats the others, the first one of those counts. */
    DENYING ALLOW_IF IF(0, EQ, 1) OR ALLOW_IF END,
    DENYING PLAIN_ALLOW_IF OR PLAIN_TRAP_IF END,
    DENYING PLAIN_TRAP_IF OR PLAIN_ALLOW_IF END,
    DENYING PLAIN_TRAP_IF OR PLAIN_ALLOW_IF IF(0, EQ, 1) END,
    /* Different actions. */
    DENYING PLAIN_TRAP_IF IF(0, EQ, 16) AND IF(2, EQ, 9) OR PLAIN_ALLOW_IF IF(2, NE, 9)
        OR PLAIN_ALLOW_IF IF(0, NE, 16) END,
    ALLOWING DENY_IF IF(0, EQ, 40) OR DENY_IF IF(1, LE, 4) END,
    ALLOWING PLAIN_DENY_IF IF(0, EQ, 1) AND IF(1, EQ, 1) OR PLAIN_KILL_IF IF(1, EQ, 1) END,
    ALLOWING KILL_IF IF(1, GT, 9) OR DENY_IF IF(1, GT, 5) END,
    /* Rules with the default action say nothing. */
    ALLOWING ALLOW_IF OR DENY_IF END,
    /* No rule, other defaults, the native architecture alone, unknown names. */
    DENYING "]}",
    ALLOWING "]}",
    "{\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\",\"syscalls\":[" ALLOW_IF END,
    "{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[" DENY_IF END,
    "{\"defaultAction\":\"SCMP_ACT_TRACE\",\"syscalls\":[" DENY_IF IF(0, LT, 2) END,
    DENYING "{\"names\":[\"no_such_call\",\"fchmodat2\",\"mseal\",\"getpid\"],"
            "\"action\":\"SCMP_ACT_ALLOW\"}]}",
};

static void test_compile_small_profiles_equal_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(small_profiles); i++) {
        struct pair pair = { .arena = { NULL } };

        pair.profile = support_parse_profile(&pair.arena, small_profiles[i]);
        compare_everything(&pair);
        arena_release(&pair.arena);
    }
}

static int compile_text(struct arena *arena, const char *text, struct filter_program *out_program,
                        struct error *err)
{
    struct filter_profile profile = support_parse_profile(arena, text);

    return filter_compile(arena, &profile, out_program, err);
}

static void test_compile_contradicting_rules_refused(void **state)
{
    static const char *const texts[] = {
        DENYING ALLOW_IF IF(0, EQ, 1) OR DENY_IF IF(0, EQ, 1) END,
        DENYING ALLOW_IF IF(0, EQ, 1) AND IF(1, EQ, 1) OR DENY_IF IF(0, EQ, 1) END,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct arena arena = { NULL };
        struct filter_profile profile = support_parse_profile(&arena, texts[i]);
        struct filter_program program;
        struct error err;

        assert_int_equal(support_oracle(&arena, &profile, &program), -EEXIST);
        assert_int_equal(filter_compile(&arena, &profile, &program, &err), -EEXIST);
        assert_int_equal(err.kind, ERROR_SPEC);
        assert_non_null(strstr(err.text, "'read'"));
        arena_release(&arena);
    }
}

static void test_compile_argument_out_of_range_refused(void **state)
{
    struct arena arena = { NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile_text(&arena, DENYING ALLOW_IF IF(6, EQ, 1) END, &program, &err),
                     -EINVAL);
    arena_release(&arena);
}

static void test_compile_new_names_resolved(void **state)
{
    static const char text[] =
        "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"mseal\",\"fchmodat2\"],"
        "\"action\":\"SCMP_ACT_ALLOW\"}]}";
    struct arena arena = { NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile_text(&arena, text, &program, &err), 0);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 462, no_arguments), ALLOW);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 452, no_arguments), ALLOW);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 461, no_arguments), ERRNO(EPERM));
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, 463, no_arguments), ERRNO(ENOSYS));
    arena_release(&arena);
}

/* libseccomp 2.5.4 shares the test of the high words here, and then lets (5, 2) pass. */
static void test_compile_ordered_rules_keep_their_conditions(void **state)
{
    static const char text[] = DENYING ALLOW_IF IF(0, GT, 5) AND IF(1, EQ, 2)
        OR ALLOW_IF IF(0, GT, 3) AND IF(1, EQ, 3) END;
    uint32_t number = (uint32_t)seccomp_syscall_resolve_name("read");
    struct arena arena = { NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile_text(&arena, text, &program, &err), 0);
    for (uint64_t first = 0; first < 8; first++)
        for (uint64_t second = 0; second < 5; second++) {
            uint64_t arguments[6] = { first, second };
            bool is_allowed = (first > 5 && second == 2) || (first > 3 && second == 3);

            assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number, arguments),
                             is_allowed ? ALLOW : ERRNO(EPERM));
        }
    arena_release(&arena);
}

static void test_compile_skipped_call_gets_default(void **state)
{
    struct arena arena = { NULL };
    struct filter_program program;
    struct error err;

    (void)state;
    assert_int_equal(compile_text(&arena, "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", &program, &err),
                     0);
    assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, UINT32_MAX, no_arguments),
                     ERRNO(EPERM));
    arena_release(&arena);
}

/* Enough tests for one call that jumps do not reach from end to end, then too many. */
static void test_compile_long_program_refused(void **state)
{
    enum { N_FIT = 900, N_ALL = 2100 };
    struct arena arena = { NULL };
    struct filter_argument *arguments = ARENA_NEW_ARRAY(&arena, struct filter_argument, N_ALL);
    struct filter_rule *rules = ARENA_NEW_ARRAY(&arena, struct filter_rule, N_ALL);
    static const char *const names[] = { "read" };
    struct filter_profile profile = { .default_action = ERRNO(1), .rules = rules };
    struct filter_program program;
    struct error err;

    (void)state;
    for (uint64_t i = 0; i < N_ALL; i++) {
        arguments[i] = (struct filter_argument){ .comparison = FILTER_EQUAL, .value = i << 32 | i };
        rules[i] = (struct filter_rule){ names, 1, SECCOMP_RET_ALLOW, &arguments[i], 1 };
    }
    profile.n_rules = N_FIT;
    assert_int_equal(filter_compile(&arena, &profile, &program, &err), 0);
    for (uint64_t i = 0; i < N_ALL; i++) {
        uint64_t values[6] = { i << 32 | i };
        uint64_t near_values[6] = { i << 32 | (i + 1) };
        uint32_t number = (uint32_t)seccomp_syscall_resolve_name("read");

        assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number, values),
                         i < N_FIT ? ALLOW : ERRNO(1));
        assert_int_equal(support_verdict(&program, SUPPORT_NATIVE, number, near_values), ERRNO(1));
    }
    profile.n_rules = N_ALL;
    program.n_instructions = 7;
    assert_int_equal(filter_compile(&arena, &profile, &program, &err), -E2BIG);
    assert_int_equal(program.n_instructions, 7);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile_docker_profile_equals_oracle),
        cmocka_unit_test(test_compile_podman_profile_equals_oracle),
        cmocka_unit_test(test_compile_containerd_profile_equals_oracle),
        cmocka_unit_test(test_compile_small_profiles_equal_oracle),
        cmocka_unit_test(test_compile_contradicting_rules_refused),
        cmocka_unit_test(test_compile_argument_out_of_range_refused),
        cmocka_unit_test(test_compile_new_names_resolved),
        cmocka_unit_test(test_compile_ordered_rules_keep_their_conditions),
        cmocka_unit_test(test_compile_skipped_call_gets_default),
        cmocka_unit_test(test_compile_long_program_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
