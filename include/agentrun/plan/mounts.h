/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of mounts: those of the spec in their order, our /dev where the spec has none, then
 * read-only and masked paths, so that nothing of the image or the caller can hide them.
 */
#ifndef AGENTRUN_PLAN_MOUNTS_H
#define AGENTRUN_PLAN_MOUNTS_H

#include "agentrun/plan/build.h"

/* Fill plan->mounts. `source_descriptors` has, for each mount of the spec, the index into
 * plan->descriptors, or -1. Errors: ERROR_SPEC at the place of the mount. */
int mounts_build(struct arena *arena, const struct plan_request *request,
                 const int *source_descriptors, struct plan *plan, struct error *err);

#endif
