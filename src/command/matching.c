/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/matching.h"

#include <errno.h>
#include <regex.h>

#include "agentrun/pipeline/lifecycle.h"

static int compile(struct arena *arena, const char *pattern, regex_t *out_expression,
                   struct error *err)
{
    char reason[128];
    int code =
        regcomp(out_expression, arena_format(arena, "^(%s)$", pattern), REG_EXTENDED | REG_NOSUB);

    if (code == 0)
        return 0;
    regerror(code, out_expression, reason, sizeof reason);
    return error_set(err, ERROR_USAGE, EINVAL, "--regex '%.80s': %s", pattern, reason);
}

int matching_for_each(struct command_call *call, const char *pattern,
                      int (*action)(struct command_call *call, const char *id, struct error *err),
                      struct error *err)
{
    struct pipeline_entry *entries;
    struct error failure;
    regex_t expression;
    size_t n_entries;
    int first = 0;
    int result = pipeline_list(call->context, &entries, &n_entries, err);

    if (result == 0)
        result = compile(call->context->arena, pattern, &expression, err);
    if (result < 0)
        return result;
    for (size_t i = 0; i < n_entries; i++) {
        const char *id = entries[i].state.id;

        if (regexec(&expression, id, 0, NULL, 0) != 0 || action(call, id, &failure) == 0)
            continue;
        if (first == 0)
            *err = failure;
        first = -err->errnum;
    }
    regfree(&expression);
    return first;
}
