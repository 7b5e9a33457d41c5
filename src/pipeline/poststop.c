/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/poststop.h"

#include <errno.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "agentrun/container/hooks.h"
#include "agentrun/plan/hooks.h"
#include "agentrun/spec/decode.h"

static int load_hooks(struct context *context, int state_fd, struct plan_hook_list *out_hooks,
                      struct error *err)
{
    struct arena *arena = context->arena;
    struct spec *spec = ARENA_NEW(arena, struct spec);
    struct plan *plan = ARENA_NEW(arena, struct plan);
    char *text;
    size_t n_bytes;
    int result = io_read_file_at(arena, state_fd, STATE_SPEC, JSON_MAX_BYTES, &text, &n_bytes, err);

    if (result < 0)
        return result;
    if (!strstr(text, "\"poststop\"")) /* nearly always: then the rest need not be read */
        return 0;
    result = spec_decode(arena, STATE_SPEC, text, n_bytes, spec, err);
    if (result == 0)
        result = hooks_build(arena, spec, plan, err);
    if (result < 0)
        return result;
    *out_hooks = plan->hooks[PLAN_HOOK_POSTSTOP];
    return 0;
}

void poststop_load(struct context *context, int state_fd, const struct state *state,
                   struct poststop *out_poststop)
{
    struct json_writer *writer = json_writer_new(context->arena, false);
    struct poststop poststop = { 0 };
    struct error err;
    int result = load_hooks(context, state_fd, &poststop.hooks, &err);

    if (result < 0 && result != -ENOENT) /* half made, it may have no spec yet */
        log_write(context->log, LOG_WARNING, "poststop hooks are not run: %s", err.text);
    state_encode(writer, state, STATUS_STOPPED, "");
    poststop.state_text = json_writer_finish(writer, &poststop.n_state_bytes);
    *out_poststop = poststop;
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
