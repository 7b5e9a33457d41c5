/* SPDX-License-Identifier: Apache-2.0
 *
 * The hooks that stayed, with everything that running them needs.
 */
#ifndef AGENTRUN_PLAN_HOOKS_H
#define AGENTRUN_PLAN_HOOKS_H

#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* How long a hook may take for which the spec gives no time. */
#define HOOK_TIMEOUT_DEFAULT_MS 30000

/* Fill plan->hooks. Errors: ERROR_SPEC for a timeout too long to count in milliseconds. */
int hooks_build(struct arena *arena, const struct spec *spec, struct plan *plan, struct error *err);

#endif
