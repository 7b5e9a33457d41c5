/* SPDX-License-Identifier: Apache-2.0
 *
 * What the policy changed, and why: nothing is silent.
 */
#ifndef AGENTRUN_HARDEN_FINDING_H
#define AGENTRUN_HARDEN_FINDING_H

#include <stddef.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/json_writer.h"

enum finding_action {
    FINDING_DROPPED, /* the wish was removed */
    FINDING_CLAMPED, /* brought down to the policy's bound */
    FINDING_FORCED,  /* set, whatever was asked */
    FINDING_NOTED,   /* harmless, but ignored */
};

struct finding {
    const char *id; /* stable: "caps.bounding" */
    enum finding_action action;
    const char *place; /* "process.capabilities.bounding" */
    const char *asked, *enforced;
    const char *rule;  /* one sentence: why */
    const char *allow; /* how an operator may allow it */
    struct finding *next;
};

struct findings {
    struct finding *first, **tail; /* tail NULL: empty */
    size_t n;
};

/* Append; everything is copied by pointer, the strings must live as long as the arena. */
void finding_add(struct arena *arena, struct findings *findings, const struct finding *finding);

/* "dropped", "clamped", "forced", "noted". */
const char *finding_action_name(enum finding_action action);

/* One line for people: "caps.bounding: process.capabilities.bounding: asked …, enforced …: rule".
 */
const char *finding_text(struct arena *arena, const struct finding *finding);

/* The list as a JSON array of objects: id, action, place, asked, enforced, rule, allow. */
void findings_encode(struct json_writer *writer, const struct findings *findings);

#endif
