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

static int add_rule(struct arena *arena, const struct spec *spec, size_t index,
                    struct filter_rule *out_rule, struct error *err)
{
    const struct spec_seccomp_rule *from = &spec->linux.seccomp.rules[index];
    const char *place = arena_format(arena, SECTION ".syscalls[%zu]", index);
    struct filter_argument *arguments =
        ARENA_NEW_ARRAY(arena, struct filter_argument, from->n_args);

    out_rule->names = (const char *const *)from->names;
    out_rule->n_names = from->n_names;
    out_rule->arguments = arguments;
    out_rule->n_arguments = from->n_args;
    if (parse_action(spec, place, from->action, &from->errno_ret, &out_rule->action, err) < 0)
        return -err->errnum;
    return parse_arguments(arena, spec, place, from, arguments, err);
}

/* Also rules that ask for the default action: their names tell which calls the author knew. */
static int add_rules(struct arena *arena, const struct spec *spec, struct filter_profile *profile,
                     struct error *err)
{
    size_t n_rules = spec->linux.seccomp.n_rules;
    struct filter_rule *rules = ARENA_NEW_ARRAY(arena, struct filter_rule, n_rules);

    for (size_t i = 0; i < n_rules; i++)
        if (add_rule(arena, spec, i, &rules[i], err) < 0)
            return -err->errnum;
    profile->rules = rules;
    profile->n_rules = n_rules;
    return 0;
}

/* Only the native ABI: our own filter, which goes first, answers ENOSYS for every other, and what
 * the caller's would say could only be worse for the program. The names are checked all the same.
 */
static int check_architectures(struct arena *arena, const struct spec *spec, struct error *err)
{
    const struct spec_seccomp *section = &spec->linux.seccomp;

    for (size_t i = 0; i < section->n_architectures; i++) {
        uint32_t architecture;

        if (!filter_architecture_parse(section->architectures[i], &architecture))
            return spec_error(spec, ERROR_SPEC, EINVAL,
                              arena_format(arena, SECTION ".architectures[%zu]", i), err,
                              "unknown architecture '%s'", section->architectures[i]);
    }
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
    struct filter_profile profile = { .foreign_action = SECCOMP_RET_ALLOW };
    int result = parse_action(spec, SECTION ".defaultAction", section->default_action,
                              &section->default_errno_ret, &profile.default_action, err);

    if (result == 0)
        result = check_architectures(arena, spec, err);
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
