/* SPDX-License-Identifier: Apache-2.0
 *
 * All rules of a profile for one system call → one decision.
 */
#ifndef AGENTRUN_FILTER_RULES_H
#define AGENTRUN_FILTER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/filter/decision.h"
#include "agentrun/filter/filter.h"

#define RULES_N_ARGUMENTS 6 /* of a system call */

/* For one call. Each one takes an instruction at least. */
#define RULES_MAX_ALTERNATIVES FILTER_MAX_INSTRUCTIONS

/* One rule: the action is taken when all conditions hold. At most one condition an argument, in
 * the order of the arguments. */
struct rules_alternative {
    uint32_t action;
    size_t n_conditions;
    struct filter_argument conditions[RULES_N_ARGUMENTS];
};

/* The rules of one call in the order in which they are tried. */
struct rules {
    struct decision_pool *pool;
    bool is_32_bit; /* programs of this architecture pass the low words only */
    bool is_unconditional;
    uint32_t action; /* is_unconditional */
    struct rules_alternative **alternatives;
    size_t n_alternatives, n_allocated;
};

/* No rule yet. */
void rules_begin(struct rules *rules, struct decision_pool *pool, bool is_32_bit);

/* Add a rule as libseccomp does: a rule without conditions replaces all others, of two of them the
 * first one counts; a rule that is a special case of an earlier one adds nothing. Conditions are in
 * the order of the arguments. -EEXIST: the same conditions, or more of them, have another action
 * already; libseccomp, and so runc and crun, refuse such a profile. -E2BIG: more than
 * RULES_MAX_ALTERNATIVES. */
int rules_add(struct rules *rules, const struct rules_alternative *alternative);

/* What the rules come to. `otherwise`: the decision when none of them matches. */
struct decision *rules_decide(const struct rules *rules, struct decision *otherwise);

#endif
