/* SPDX-License-Identifier: Apache-2.0
 *
 * linux.seccomp → profile → the filters of a process.
 */
#ifndef AGENTRUN_PLAN_FILTERS_H
#define AGENTRUN_PLAN_FILTERS_H

#include "agentrun/filter/filter.h"
#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* Translate the section, which is set. Errors: ERROR_SPEC for a name that does not exist, an errno
 * out of range, and SCMP_ACT_NOTIFY, which needs a listener that we do not have. */
int filters_profile(struct arena *arena, const struct spec *spec,
                    struct filter_profile *out_profile, struct error *err);

/* Fill the three layers: ours, the caller's when `spec` has one, ENOSYS. cache_fd as in
 * filter_cache_get(). */
int filters_build(struct arena *arena, const struct spec *spec, int cache_fd,
                  struct filter_program *out_filters, struct error *err);

#endif
