/* SPDX-License-Identifier: Apache-2.0
 *
 * A rule is a row: what it is called, where it holds, why, how an operator may allow what it takes
 * away, and a pure function. The families of rules stand in rules_<family>.c; harden.c applies
 * them in order.
 */
#ifndef AGENTRUN_HARDEN_RULE_H
#define AGENTRUN_HARDEN_RULE_H

#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/harden/facts.h"
#include "agentrun/harden/finding.h"
#include "agentrun/policy/policy.h"
#include "agentrun/spec/spec.h"

/* What is being hardened. A rule names the ones that it applies to. */
enum rule_scope {
    RULE_CREATE = 1,
    RULE_EXEC = 2,
    RULE_UPDATE = 4,
};

struct mount_work;

/* Everything that a rule may look at, and the two things that it may change: spec and findings. */
struct hardening {
    struct arena *arena;
    enum rule_scope scope;
    const struct spec *request;  /* as the caller wrote it */
    const struct spec *snapshot; /* exec, update: what the container was made of; create: NULL */
    const struct policy *policy;
    const struct facts *facts; /* exec: NULL */
    struct spec *spec;         /* the request, as far as it is hardened already */
    struct mount_work *mounts; /* create: the mounts of `spec` while they are being judged */
    size_t n_mounts;
    struct findings *findings;
    struct error *err;
};

struct rule {
    const char *id;     /* stable: "caps.bounding" */
    const char *place;  /* of what it governs, in the document */
    const char *reason; /* one sentence: why */
    const char *allow;  /* how an operator may allow it */
    unsigned scopes;    /* of enum rule_scope */
    /* Exactly one of the two: for the whole document, or for each mount. Return 0, or the error of
     * a refusal. */
    int (*apply)(struct hardening *hardening, const struct rule *rule);
    int (*apply_to_mount)(struct hardening *hardening, const struct rule *rule,
                          struct mount_work *mount);
    unsigned argument; /* for functions that several rows share */
};

struct rule_family {
    const char *name;
    const struct rule *rules;
    size_t n_rules;
};

/* A limit that the policy lacks, or does not allow for in words. */
#define RULE_NO_WAY "no policy can allow it"

/* Record what `rule` has just changed at `place` (NULL: the rule's own). `asked` NULL: nothing. */
void rule_report(struct hardening *hardening, const struct rule *rule, enum finding_action action,
                 const char *place, const char *asked, const char *enforced);

/* Refuse what stands at `place` (NULL: the rule's own). The format says what was found; the reason
 * and the way to allow it come from the rule. Returns -EPERM. */
__attribute__((format(printf, 4, 5), cold)) int rule_refuse(struct hardening *hardening,
                                                            const struct rule *rule,
                                                            const char *place, const char *format,
                                                            ...);

/* The texts separated by blanks, at most the first eight of them: for findings. */
const char *rule_join(struct arena *arena, const char *const *texts, size_t n_texts);

/* A number as text, for findings. */
const char *rule_number(struct arena *arena, int64_t number);

/* Does it govern a member of `process`, so that it has nothing to say where there is none? */
bool rule_is_about_process(const struct rule *rule);

/* Does the container live in a user namespace of its own? */
bool rule_has_user_namespace(const struct hardening *hardening);

#endif
