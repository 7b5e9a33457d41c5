/* SPDX-License-Identifier: Apache-2.0
 *
 * Namespaces and what belongs to them: id maps, offsets of clocks, names, sysctls.
 */
#ifndef AGENTRUN_PLAN_NAMESPACES_H
#define AGENTRUN_PLAN_NAMESPACES_H

#include "agentrun/plan/build.h"

/* Fill clone_flags, the id maps, time_offsets, hostname, domainname and sysctls of the plan.
 * Errors: ERROR_SPEC for a namespace to be joined (but the network's, which is a decoy), a user
 * namespace without an entry for id 0, a malformed sysctl. */
int namespaces_build(struct arena *arena, const struct plan_request *request, struct plan *plan,
                     struct error *err);

#endif
