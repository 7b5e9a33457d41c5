/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/hooks.h"

#include <errno.h>
#include <limits.h>

#include "agentrun/plan/process.h"

static int add_hook(struct arena *arena, const struct spec *spec, const char *place,
                    const struct spec_hook *from, struct plan_hook *hook, struct error *err)
{
    int64_t timeout_s = from->timeout_s.is_set ? from->timeout_s.value : 0;

    if (timeout_s > UINT_MAX / 1000)
        return spec_error(spec, ERROR_SPEC, ERANGE, place, err, "the timeout is too long");
    *hook = (struct plan_hook){
        .path = from->path,
        .argv = from->n_args ? process_string_list(arena, from->args, from->n_args)
                             : process_string_list(arena, (const char *const *)&from->path, 1),
        .envp = process_string_list(arena, from->env, from->n_env),
        .timeout_ms = timeout_s > 0 ? (unsigned)timeout_s * 1000 : HOOK_TIMEOUT_DEFAULT_MS,
    };
    return 0;
}

int hooks_build(struct arena *arena, const struct spec *spec, struct plan *plan, struct error *err)
{
    const struct spec_hook_list *lists[N_PLAN_HOOK_KINDS] = {
        [PLAN_HOOK_PRESTART] = &spec->hooks.prestart,
        [PLAN_HOOK_CREATE_RUNTIME] = &spec->hooks.create_runtime,
        [PLAN_HOOK_CREATE_CONTAINER] = &spec->hooks.create_container,
        [PLAN_HOOK_START_CONTAINER] = &spec->hooks.start_container,
        [PLAN_HOOK_POSTSTART] = &spec->hooks.poststart,
        [PLAN_HOOK_POSTSTOP] = &spec->hooks.poststop,
    };

    for (int kind = 0; kind < N_PLAN_HOOK_KINDS; kind++) {
        size_t n_hooks = lists[kind]->n_hooks;
        struct plan_hook *hooks = ARENA_NEW_ARRAY(arena, struct plan_hook, n_hooks);

        for (size_t i = 0; i < n_hooks; i++) {
            int result = add_hook(
                arena, spec,
                arena_format(arena, "hooks.%s[%zu]", plan_hook_name((enum plan_hook_kind)kind), i),
                &lists[kind]->hooks[i], &hooks[i], err);

            if (result < 0)
                return result;
        }
        plan->hooks[kind] = (struct plan_hook_list){ hooks, n_hooks };
    }
    return 0;
}
