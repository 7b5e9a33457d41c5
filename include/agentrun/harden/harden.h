/* SPDX-License-Identifier: Apache-2.0
 *
 * The heart: (Spec, Policy, Facts) → (Spec′, Findings). Pure: no system call, memory from the arena
 * only. Idempotent, monotone, total and explained (design of the project; HACKING.md).
 */
#ifndef AGENTRUN_HARDEN_HARDEN_H
#define AGENTRUN_HARDEN_HARDEN_H

#include "agentrun/harden/facts.h"
#include "agentrun/harden/finding.h"
#include "agentrun/policy/policy.h"
#include "agentrun/spec/spec.h"

struct hardened {
    struct spec spec; /* shares what was not changed with the request */
    /* Index of the request's mount that each mount of the spec came from, or -1 for one of ours. */
    int *mount_origins;
    struct findings findings;
};

/* For create and run. Refusals are errors of kind ERROR_POLICY whose text begins with
 * "agentrun: policy: " and names place, rule id and how to allow it, without the words that engines
 * search in messages. */
int harden_container(struct arena *arena, const struct spec *request, const struct policy *policy,
                     const struct facts *facts, struct hardened *out_hardened, struct error *err);

/* For exec: `request` has a process only; `snapshot` is the Spec′ of the container. The result is
 * at most as permissive as the snapshot's process and as the policy. */
int harden_exec(struct arena *arena, const struct spec *request, const struct spec *snapshot,
                const struct policy *policy, struct hardened *out_hardened, struct error *err);

/* For update: `request` has resources only. Zero and absent values mean "unchanged"; the others are
 * brought down to the policy. Device rules are dropped. */
int harden_update(struct arena *arena, const struct spec *request, const struct spec *snapshot,
                  const struct policy *policy, const struct facts *facts,
                  struct hardened *out_hardened, struct error *err);

#endif
