/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void rule_report(struct hardening *hardening, const struct rule *rule, enum finding_action action,
                 const char *place, const char *asked, const char *enforced)
{
    const struct finding finding = {
        .id = rule->id,
        .action = action,
        .place = place ? place : rule->place,
        .asked = asked,
        .enforced = enforced,
        .rule = rule->reason,
        .allow = rule->allow,
    };

    finding_add(hardening->arena, hardening->findings, &finding);
}

int rule_refuse(struct hardening *hardening, const struct rule *rule, const char *place,
                const char *format, ...)
{
    char found[ERROR_TEXT_BYTES / 2];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(found, sizeof found, format, arguments);
    va_end(arguments);
    (void)spec_error(hardening->request, ERROR_POLICY, EPERM, place ? place : rule->place,
                     hardening->err, "%s: %s (rule %s; %s)", found, rule->reason, rule->id,
                     rule->allow);
    return error_wrap(hardening->err, "agentrun: policy");
}

const char *rule_join(struct arena *arena, const char *const *texts, size_t n_texts)
{
    size_t n_shown = n_texts < 8 ? n_texts : 8;
    const char *joined = n_texts > 0 ? texts[0] : "";

    for (size_t i = 1; i < n_shown; i++)
        joined = arena_format(arena, "%s %s", joined, texts[i]);
    if (n_texts > n_shown)
        joined = arena_format(arena, "%s and %zu more", joined, n_texts - n_shown);
    return joined;
}

const char *rule_number(struct arena *arena, int64_t number)
{
    return arena_format(arena, "%" PRId64, number);
}

bool rule_is_about_process(const struct rule *rule)
{
    return strncmp(rule->place, "process", strlen("process")) == 0;
}

bool rule_has_user_namespace(const struct hardening *hardening)
{
    const struct spec *spec = hardening->snapshot ? hardening->snapshot : hardening->spec;

    return spec->linux.namespaces[NAMESPACE_USER].is_set;
}
