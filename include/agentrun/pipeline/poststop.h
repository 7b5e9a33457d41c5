/* SPDX-License-Identifier: Apache-2.0
 *
 * poststop hooks: what is to be done when nothing of the container is left, although what has to be
 * known for it is kept in the container's state.
 */
#ifndef AGENTRUN_PIPELINE_POSTSTOP_H
#define AGENTRUN_PIPELINE_POSTSTOP_H

#include "agentrun/container/state.h"
#include "agentrun/pipeline/context.h"
#include "agentrun/plan/plan.h"

struct poststop {
    struct plan_hook_list hooks;
    const char *state_text; /* for their standard input */
    size_t n_state_bytes;
};

/* Before the removal: read the hooks that the hardened spec of the container has. What goes wrong
 * is logged, and there are no hooks then: nothing may keep a container from being deleted. */
void poststop_load(struct context *context, int state_fd, const struct state *state,
                   struct poststop *out_poststop);

/* After it: run them all. A hook that fails is logged. */
void poststop_run(const struct context *context, const struct poststop *poststop);

#endif
