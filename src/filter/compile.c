/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/compile.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/emit.h"
#include "agentrun/filter/names.h"
#include "agentrun/filter/rules.h"
#include "agentrun/filter/words.h"

#define X32_FIRST 0x40000000U

/* In all rules together: far more than kernels have calls, and little enough to look at each. */
#define MAX_NAMES 16384

/* Most of them take an instruction or more, so that this many never fit. Bounds the depth of the
 * recursion over decisions, too. */
#define MAX_DECISIONS (2 * FILTER_MAX_INSTRUCTIONS)

/* A tracer puts this in place of the number to skip the call (seccomp(2)). */
#define NUMBER_SKIPPED UINT32_MAX

/* The architectures whose calls the kernel we run on can report, the native one first. Others in a
 * profile can never be met. */
static const uint32_t possible_architectures[] = {
#if defined(__x86_64__)
    AUDIT_ARCH_X86_64,
    AUDIT_ARCH_X86_64 | FILTER_X32,
    AUDIT_ARCH_I386,
#elif defined(__aarch64__)
    AUDIT_ARCH_AARCH64,
    AUDIT_ARCH_ARM,
#endif
};

/* One rule that applies to one number. */
struct use {
    uint32_t number;
    size_t order; /* of the rule in the profile */
    const struct filter_rule *rule;
    const char *name;
    bool has_selector;
    uint32_t selector; /* the first argument has to be this, in place of the rule's condition */
};

struct compiler {
    struct arena *arena;
    const struct filter_profile *profile;
    struct decision_pool pool;
    struct emitter emitter;
    struct decision *fallback; /* the default action */
    struct use *uses;          /* of the architecture at work */
    size_t n_uses;
};

static bool is_32_bit(uint32_t architecture)
{
    return (architecture & FILTER_X32) || !(architecture & __AUDIT_ARCH_64BIT);
}

/* The native architecture is always part of a filter, as in libseccomp. */
static bool is_wanted(const struct filter_profile *profile, uint32_t architecture)
{
    if (architecture == filter_native_architecture())
        return true;
    for (size_t i = 0; i < profile->n_architectures; i++)
        if (profile->architectures[i] == architecture)
            return true;
    return false;
}

static int check_rule(const struct filter_rule *rule, struct error *err)
{
    for (size_t i = 0; i < rule->n_arguments; i++)
        if (rule->arguments[i].index >= RULES_N_ARGUMENTS)
            return error_set(err, ERROR_SPEC, EINVAL,
                             "seccomp: a rule for '%s': argument %u: calls have arguments 0 to 5",
                             rule->n_names ? rule->names[0] : "", rule->arguments[i].index);
    return 0;
}

static void add_use(struct compiler *compiler, const struct use *use)
{
    compiler->uses[compiler->n_uses++] = *use;
}

/* Note the rules of all calls that the architecture has. Returns the highest number that the
 * profile knows, 0 for none. */
static uint32_t collect_uses(struct compiler *compiler, uint32_t architecture)
{
    const struct filter_profile *profile = compiler->profile;
    uint32_t highest = 0;

    compiler->n_uses = 0;
    for (size_t i = 0; i < profile->n_rules; i++) {
        const struct filter_rule *rule = &profile->rules[i];

        for (size_t j = 0; j < rule->n_names; j++) {
            struct use use = { .order = i, .rule = rule, .name = rule->names[j] };
            struct names_call call;

            if (!names_resolve(architecture, use.name, &call))
                continue;
            if (call.number >= 0 && (uint32_t)call.number > highest)
                highest = (uint32_t)call.number;
            if (rule->action == profile->default_action)
                continue;
            use.number = (uint32_t)call.number;
            if (call.number >= 0)
                add_use(compiler, &use);
            use.number = (uint32_t)call.multiplexer;
            use.has_selector = true;
            use.selector = call.selector;
            if (call.multiplexer >= 0)
                add_use(compiler, &use);
        }
    }
    return highest;
}

static int compare_uses(const void *left, const void *right)
{
    const struct use *a = left, *b = right;

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return (a->selector > b->selector) - (a->selector < b->selector);
}

static bool repeats_argument(const struct filter_rule *rule)
{
    unsigned seen = 0;

    for (size_t i = 0; i < rule->n_arguments; i++) {
        unsigned bit = 1U << rule->arguments[i].index;

        if (seen & bit)
            return true;
        seen |= bit;
    }
    return false;
}

/* One alternative from the n conditions at `arguments`, at most one for each argument. */
static int add_alternative(struct rules *rules, const struct use *use,
                           const struct filter_argument *arguments, size_t n)
{
    struct rules_alternative alternative = { .action = use->rule->action };
    const struct filter_argument selector = { .comparison = FILTER_EQUAL, .value = use->selector };
    const struct filter_argument *by_index[RULES_N_ARGUMENTS] = { NULL };

    for (size_t i = 0; i < n; i++)
        by_index[arguments[i].index] = &arguments[i];
    if (use->has_selector)
        by_index[0] = &selector;
    for (size_t i = 0; i < RULES_N_ARGUMENTS; i++)
        if (by_index[i])
            alternative.conditions[alternative.n_conditions++] = *by_index[i];
    return rules_add(rules, &alternative);
}

/* A rule that names an argument twice stands for one rule for each of its conditions: no program
 * of libseccomp can hold two for one argument, and runc and crun split it. */
static int add_rule(struct rules *rules, const struct use *use, struct error *err)
{
    const struct filter_rule *rule = use->rule;
    size_t n_together = repeats_argument(rule) ? 1 : rule->n_arguments;
    size_t done = 0;

    do {
        int result = add_alternative(rules, use, rule->arguments + done, n_together);

        if (result < 0)
            return error_set(err, ERROR_SPEC, -result, "seccomp: the rules for '%s': %s", use->name,
                             result == -EEXIST ? "the same arguments with different actions"
                                               : "too many different arguments");
        done += n_together;
    } while (done < rule->n_arguments);
    return 0;
}

/* Decide for the number of the first of the uses from `first` on. Returns how many share it, or
 * -errno. */
static ssize_t decide_number(struct compiler *compiler, uint32_t architecture,
                             struct ranges *ranges, size_t first, struct error *err)
{
    uint32_t number = compiler->uses[first].number;
    struct rules rules;
    size_t next = first;

    rules_begin(&rules, &compiler->pool, is_32_bit(architecture));
    for (; next < compiler->n_uses && compiler->uses[next].number == number; next++) {
        int result = add_rule(&rules, &compiler->uses[next], err);

        if (result < 0)
            return result;
    }
    ranges_set(ranges, number, number, rules_decide(&rules, compiler->fallback));
    if (compiler->pool.n_decisions > MAX_DECISIONS)
        return error_set(err, ERROR_SPEC, E2BIG, "seccomp: the rules for '%s': too many tests",
                         compiler->uses[first].name);
    return (ssize_t)(next - first);
}

/* Whether a call that is newer than the profile gets ENOSYS, so that C libraries fall back: where
 * the default lets calls pass, or hands them to a tracer, it knows what to do with new ones. */
static bool hides_newer_calls(uint32_t default_action)
{
    return default_action != SECCOMP_RET_ALLOW && default_action != SECCOMP_RET_LOG &&
           (default_action & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_TRACE;
}

/* The verdicts for `architecture`, whose numbers are first..last. */
static int decide_architecture(struct compiler *compiler, uint32_t architecture, uint32_t first,
                               uint32_t last, struct ranges *ranges, struct error *err)
{
    uint32_t highest = collect_uses(compiler, architecture);

    ranges_set(ranges, first, last, compiler->fallback);
    if (highest > 0 && highest < last && hides_newer_calls(compiler->profile->default_action))
        ranges_set(ranges, highest + 1, last,
                   decision_return(&compiler->pool, SECCOMP_RET_ERRNO | ENOSYS));
    qsort(compiler->uses, compiler->n_uses, sizeof *compiler->uses, compare_uses);
    for (size_t i = 0; i < compiler->n_uses;) {
        ssize_t n = decide_number(compiler, architecture, ranges, i, err);

        if (n < 0)
            return (int)n;
        i += (size_t)n;
    }
    return 0;
}

/* x32 shares AUDIT_ARCH_X86_64: its calls are those with a bit set in the number. */
static int decide_x86_64(struct compiler *compiler, struct ranges *ranges, struct error *err)
{
    struct decision *foreign = decision_return(&compiler->pool, compiler->profile->foreign_action);
    uint32_t x32 = AUDIT_ARCH_X86_64 | FILTER_X32;

    ranges_set(ranges, X32_FIRST, UINT32_MAX, foreign);
    ranges_set(ranges, NUMBER_SKIPPED, NUMBER_SKIPPED, compiler->fallback);
    if (is_wanted(compiler->profile, x32)) {
        int result = decide_architecture(compiler, x32, X32_FIRST, UINT32_MAX, ranges, err);

        if (result < 0)
            return result;
    }
    return decide_architecture(compiler, AUDIT_ARCH_X86_64, 0, X32_FIRST - 1, ranges, err);
}

/* Write the part of one value of seccomp_data.arch. `otherwise` and the result are the labels of
 * tests of the architecture. */
static int emit_architecture(struct compiler *compiler, uint32_t architecture, unsigned otherwise,
                             unsigned *out_label, struct error *err)
{
    struct ranges ranges;
    unsigned body;
    int result;

    ranges_begin(&ranges, compiler->arena, compiler->fallback);
    if (architecture == AUDIT_ARCH_X86_64)
        result = decide_x86_64(compiler, &ranges, err);
    else
        result = decide_architecture(compiler, architecture, 0, UINT32_MAX, &ranges, err);
    if (result < 0)
        return result;
    body = emit_ranges(&compiler->emitter, &ranges);
    *out_label = emit_test_equal(&compiler->emitter, architecture, body, otherwise);
    return 0;
}

static int emit_program(struct compiler *compiler, struct error *err)
{
    struct decision *foreign = decision_return(&compiler->pool, compiler->profile->foreign_action);
    unsigned label = emit_decision(&compiler->emitter, foreign);

    /* From the last to the first, since programs are written from their end. */
    for (size_t i = ARRAY_SIZE(possible_architectures); i-- > 0;) {
        uint32_t architecture = possible_architectures[i];
        int result;

        if ((architecture & FILTER_X32) || !is_wanted(compiler->profile, architecture))
            continue;
        result = emit_architecture(compiler, architecture, label, &label, err);
        if (result < 0)
            return result;
    }
    emit_load(&compiler->emitter, WORDS_ARCHITECTURE, label);
    return 0;
}

static size_t count_names(const struct filter_profile *profile)
{
    size_t n_names = 0;

    for (size_t i = 0; i < profile->n_rules; i++)
        n_names += profile->rules[i].n_names;
    return n_names;
}

static int check_profile(const struct filter_profile *profile, struct error *err)
{
    if (count_names(profile) > MAX_NAMES)
        return error_set(err, ERROR_SPEC, E2BIG, "seccomp: %zu names of calls, at most %d",
                         count_names(profile), MAX_NAMES);
    for (size_t i = 0; i < profile->n_rules; i++) {
        int result = check_rule(&profile->rules[i], err);

        if (result < 0)
            return result;
    }
    return 0;
}

int filter_compile(struct arena *arena, const struct filter_profile *profile,
                   struct filter_program *out_program, struct error *err)
{
    struct compiler compiler = { .arena = arena, .profile = profile, .pool.arena = arena };
    struct filter_program program;
    int result = check_profile(profile, err);

    if (result < 0)
        return result;
    /* A name has at most two numbers. */
    compiler.uses = ARENA_NEW_ARRAY(arena, struct use, 2 * count_names(profile));
    compiler.fallback = decision_return(&compiler.pool, profile->default_action);
    emit_begin(&compiler.emitter, arena);
    result = emit_program(&compiler, err);
    if (result < 0)
        return result;
    result = emit_finish(&compiler.emitter, &program, err);
    if (result < 0)
        return result;
    program.flags = profile->flags;
    *out_program = program;
    return 0;
}
