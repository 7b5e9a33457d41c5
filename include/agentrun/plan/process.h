/* SPDX-License-Identifier: Apache-2.0
 *
 * The program: what is run, as whom, with what limits.
 */
#ifndef AGENTRUN_PLAN_PROCESS_H
#define AGENTRUN_PLAN_PROCESS_H

#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* Fill everything of *out_process but filters and Landlock from spec->process; `container` has the
 * user namespace that it will live in. Errors: ERROR_SPEC for no arguments, a working directory
 * that is not absolute, and ids that the user namespace does not have. */
int process_build(struct arena *arena, const struct spec *spec, const struct spec *container,
                  struct plan_process *out_process, struct error *err);

/* The NULL-terminated copy of a list. */
const char **process_string_list(struct arena *arena, const char *const *strings, size_t n_strings);

/* What Landlock of this ABI version can take away from the first process of a container. */
struct plan_landlock process_landlock(unsigned abi);

#endif
