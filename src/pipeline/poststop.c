/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/poststop.h"

#include "agentrun/container/hooks.h"
#include "agentrun/pipeline/snapshot.h"
#include "agentrun/plan/hooks.h"

static int load_hooks(struct context *context, int state_fd, struct plan_hook_list *out_hooks,
                      struct error *err)
{
    struct spec *spec = ARENA_NEW(context->arena, struct spec);
    struct plan *plan = ARENA_NEW(context->arena, struct plan);
    int result = snapshot_read(context->arena, state_fd, spec, err);

    if (result == 0)
        result = hooks_build(context->arena, spec, plan, err);
    if (result == 0)
        *out_hooks = plan->hooks[PLAN_HOOK_POSTSTOP];
    return result;
}

void poststop_load(struct context *context, int state_fd, const struct state *state,
                   struct poststop *out_poststop)
{
    struct json_writer *writer;
    struct error err;

    *out_poststop = (struct poststop){ 0 };
    if (!(state->hook_kinds & 1 << PLAN_HOOK_POSTSTOP))
        return;
    if (load_hooks(context, state_fd, &out_poststop->hooks, &err) < 0) {
        log_write(context->log, LOG_WARNING, "poststop hooks are not run: %s", err.text);
        return;
    }
    writer = json_writer_new(context->arena, false);
    state_encode(writer, state, STATUS_STOPPED, "");
    out_poststop->state_text = json_writer_finish(writer, &out_poststop->n_state_bytes);
}

void poststop_run(const struct context *context, const struct poststop *poststop)
{
    struct error err;

    /* One at a time: the failure of one must not keep the next from its own cleaning up. */
    for (size_t i = 0; i < poststop->hooks.n_hooks; i++) {
        struct plan_hook_list hook = { &poststop->hooks.hooks[i], 1 };

        if (hooks_run(&hook, PLAN_HOOK_POSTSTOP, poststop->state_text, poststop->n_state_bytes,
                      &err) < 0)
            log_write(context->log, LOG_WARNING, "%s", err.text);
    }
}
