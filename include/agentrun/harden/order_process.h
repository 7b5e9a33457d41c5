/* SPDX-License-Identifier: Apache-2.0
 *
 * "At most as permissive", for the members of `process`. Each function compares one member of two
 * specs: true if `enforced` permits no more than `asked`. What is absent is what a runtime without
 * a policy would do.
 */
#ifndef AGENTRUN_HARDEN_ORDER_PROCESS_H
#define AGENTRUN_HARDEN_ORDER_PROCESS_H

#include <stdbool.h>

#include "agentrun/spec/spec.h"

/* An id is only ever exchanged for an unprivileged one. */
bool order_uid(const struct spec *enforced, const struct spec *asked);
bool order_gid(const struct spec *enforced, const struct spec *asked);

/* All bits of the mask that was asked for are set. */
bool order_umask(const struct spec *enforced, const struct spec *asked);

/* No group that was not asked for. */
bool order_groups(const struct spec *enforced, const struct spec *asked);

/* Subsets; a set that is absent holds everything. */
bool order_bounding(const struct spec *enforced, const struct spec *asked);
bool order_effective(const struct spec *enforced, const struct spec *asked);
bool order_permitted(const struct spec *enforced, const struct spec *asked);
bool order_inheritable(const struct spec *enforced, const struct spec *asked);
bool order_ambient(const struct spec *enforced, const struct spec *asked);

/* Each limit that was asked for is there, and not above it. */
bool order_rlimits(const struct spec *enforced, const struct spec *asked);

/* True stays true. */
bool order_no_new_privileges(const struct spec *enforced, const struct spec *asked);

/* The higher score ends first. */
bool order_oom_score(const struct spec *enforced, const struct spec *asked);

/* Gone, or as it was asked for. */
bool order_scheduler(const struct spec *enforced, const struct spec *asked);
bool order_io_priority(const struct spec *enforced, const struct spec *asked);
bool order_exec_affinity(const struct spec *enforced, const struct spec *asked);

#endif
