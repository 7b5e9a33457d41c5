/* SPDX-License-Identifier: Apache-2.0
 *
 * Running hooks: the state on standard input, the hook's own environment and nothing else, a
 * process group of its own, no inherited descriptor, and a timeout. OCI runtime specification,
 * config.md, POSIX-platform Hooks.
 */
#ifndef AGENTRUN_CONTAINER_HOOKS_H
#define AGENTRUN_CONTAINER_HOOKS_H

#include <stddef.h>

#include "agentrun/plan/plan.h"

/* Run the hooks one after the other; the first that fails (start, exit status, signal, timeout)
 * ends the row: "error running prestart hook #0: '/path': exit status 1: <first line it said>". */
int hooks_run(const struct plan_hook_list *hooks, enum plan_hook_kind kind, const char *state_json,
              size_t n_bytes, struct error *err);

#endif
