/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/filters.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

#include "agentrun/filter/cache.h"
#include "agentrun/filter/denylist.h"

/* The kernel cuts larger ones: MAX_ERRNO. */
#define MAX_ERRNO 4095

#define SECTION "linux.seccomp"

static int parse_action(const struct spec *spec, const char *place, const char *name,
                        const struct optional_u64 *errno_ret, uint32_t *out_action,
                        struct error *err)
{
    uint64_t number = errno_ret->is_set ? errno_ret->value : EPERM;

    if (number > MAX_ERRNO)
        return spec_error(spec, ERROR_SPEC, ERANGE, place, err, "expected an errno of 0..%d",
                          MAX_ERRNO);
    if (!name || !filter_action_parse(name, (uint16_t)number, out_action))
        return spec_error(spec, ERROR_SPEC, EINVAL, place, err, "unknown action '%s'",
                          name ? name : "");
    if ((*out_action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF)
        return spec_error(spec, ERROR_SPEC, ENOTSUP, place, err, "'%s' is not supported", name);
    return 0;
}

static int parse_arguments(struct arena *arena, const struct spec *spec, const char *place,
                           const struct spec_seccomp_rule *rule, struct filter_argument *arguments,
                           struct error *err)
{
    for (size_t i = 0; i < rule->n_args; i++) {
        const struct spec_seccomp_arg *from = &rule->args[i];

        arguments[i] = (struct filter_argument){ .index = from->index,
                                                 .value = from->value,
                                                 .value_two = from->value_two };
        if (!from->op || !filter_comparison_parse(from->op, &arguments[i].comparison))
            return spec_error(spec, ERROR_SPEC, EINVAL,
                              arena_format(arena, "%s.args[%zu].op", place, i), err,
                              "unknown operator '%s'", from->op ? from->op : "");
        if (from->index > 5)
            return spec_error(spec, ERROR_SPEC, ERANGE,
                              arena_format(arena, "%s.args[%zu].index", place, i), err,
                              "expected 0..5, got %u", from->index);
    }
    return 0;
}

static bool repeats_index(const struct filter_argument *arguments, size_t n_arguments)
{
    unsigned seen = 0;

    for (size_t i = 0; i < n_arguments; i++) {
        unsigned bit = 1U << arguments[i].index;

        if (seen & bit)
            return true;
        seen |= bit;
    }
    return false;
}

/* Tests of one rule are joined by "and". Where two of them look at the same argument, runc joins
 * all of that rule by "or" instead, and profiles are written for that. */
static void add_rule(struct filter_profile *profile, struct filter_rule *rules,
                     const struct filter_rule *rule)
{
    if (!repeats_index(rule->arguments, rule->n_arguments)) {
        rules[profile->n_rules++] = *rule;
        return;
    }
    for (size_t i = 0; i < rule->n_arguments; i++) {
        struct filter_rule *part = &rules[profile->n_rules++];

        *part = *rule;
        part->arguments = &rule->arguments[i];
        part->n_arguments = 1;
    }
}

static int add_rules(struct arena *arena, const struct spec *spec, struct filter_profile *profile,
                     struct error *err)
{
    const struct spec_seccomp *section = &spec->linux.seccomp;
    struct filter_rule *rules;
    size_t n_most = 0;

    for (size_t i = 0; i < section->n_rules; i++)
        n_most += section->rules[i].n_args ? section->rules[i].n_args : 1;
    rules = ARENA_NEW_ARRAY(arena, struct filter_rule, n_most);
    for (size_t i = 0; i < section->n_rules; i++) {
        const struct spec_seccomp_rule *from = &section->rules[i];
        const char *place = arena_format(arena, SECTION ".syscalls[%zu]", i);
        struct filter_argument *arguments =
            ARENA_NEW_ARRAY(arena, struct filter_argument, from->n_args);
        struct filter_rule rule = { .names = (const char *const *)from->names,
                                    .n_names = from->n_names,
                                    .arguments = arguments,
                                    .n_arguments = from->n_args };
        int result = parse_action(spec, place, from->action, &from->errno_ret, &rule.action, err);

        if (result == 0)
            result = parse_arguments(arena, spec, place, from, arguments, err);
        if (result < 0)
            return result;
        /* What happens anyway needs no rule. */
        if (rule.action != profile->default_action)
            add_rule(profile, rules, &rule);
    }
    profile->rules = rules;
    return 0;
}

static int add_architectures(struct arena *arena, const struct spec *spec,
                             struct filter_profile *profile, struct error *err)
{
    const struct spec_seccomp *section = &spec->linux.seccomp;
    uint32_t *architectures = ARENA_NEW_ARRAY(arena, uint32_t, section->n_architectures);

    for (size_t i = 0; i < section->n_architectures; i++) {
        if (!filter_architecture_parse(section->architectures[i], &architectures[i]))
            return spec_error(spec, ERROR_SPEC, EINVAL,
                              arena_format(arena, SECTION ".architectures[%zu]", i), err,
                              "unknown architecture '%s'", section->architectures[i]);
    }
    profile->architectures = architectures;
    profile->n_architectures = section->n_architectures;
    return 0;
}

static int add_flags(struct arena *arena, const struct spec *spec, struct filter_profile *profile,
                     struct error *err)
{
    const struct spec_seccomp *section = &spec->linux.seccomp;

    for (size_t i = 0; i < section->n_flags; i++) {
        uint32_t flag;

        if (!filter_flag_parse(section->flags[i], &flag))
            return spec_error(spec, ERROR_SPEC, EINVAL,
                              arena_format(arena, SECTION ".flags[%zu]", i), err,
                              "unknown flag '%s'", section->flags[i]);
        profile->flags |= flag;
    }
    return 0;
}

int filters_profile(struct arena *arena, const struct spec *spec,
                    struct filter_profile *out_profile, struct error *err)
{
    const struct spec_seccomp *section = &spec->linux.seccomp;
    struct filter_profile profile = { 0 };
    int result = parse_action(spec, SECTION ".defaultAction", section->default_action,
                              &section->default_errno_ret, &profile.default_action, err);

    if (result == 0)
        result = add_architectures(arena, spec, &profile, err);
    if (result == 0)
        result = add_flags(arena, spec, &profile, err);
    if (result == 0)
        result = add_rules(arena, spec, &profile, err);
    if (result == 0)
        *out_profile = profile;
    return result;
}

int filters_build(struct arena *arena, const struct spec *spec, int cache_fd,
                  struct filter_program *out_filters, struct error *err)
{
    out_filters[PLAN_FILTER_DENYLIST] = *filter_denylist();
    out_filters[PLAN_FILTER_ENOSYS] = *filter_enosys();
    out_filters[PLAN_FILTER_CALLER] = (struct filter_program){ 0 };
    if (spec->linux.seccomp.is_set) {
        struct filter_profile profile;
        int result = filters_profile(arena, spec, &profile, err);

        if (result < 0)
            return result;
        return filter_cache_get(arena, cache_fd, &profile, &out_filters[PLAN_FILTER_CALLER], err);
    }
    return 0;
}
