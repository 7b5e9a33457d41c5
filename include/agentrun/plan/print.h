/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan as text, one decision a line, for golden tests and for people.
 */
#ifndef AGENTRUN_PLAN_PRINT_H
#define AGENTRUN_PLAN_PRINT_H

#include "agentrun/plan/plan.h"

/* The text belongs to the arena. Descriptors appear by path, filters by their length. */
const char *plan_print(struct arena *arena, const struct plan *plan);

#endif
