/* SPDX-License-Identifier: Apache-2.0
 *
 * The pure half of create and run: bundle → Spec → Facts → Spec′ → Plan. Opens what the plan needs
 * and touches nothing.
 */
#ifndef AGENTRUN_PIPELINE_PREPARE_H
#define AGENTRUN_PIPELINE_PREPARE_H

#include "agentrun/base/error.h"
#include "agentrun/harden/harden.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/pipeline/context.h"
#include "agentrun/plan/plan.h"

struct prepared {
    struct hardened hardened;
    struct plan plan;
    struct cgroup_host cgroups;
    const struct policy *policy;
};

struct prepare_request {
    const char *id;
    const char *bundle;   /* absolute path of the directory */
    const char *config;   /* absolute; NULL: config.json of the bundle */
    bool engine_may_look; /* create: true. Hooks and a namespace path in the spec mean the same */
    bool no_new_keyring;
    int root_fd; /* the runtime's root directory, for the filter cache; -1: none */
};

/* Descriptors in prepared->plan.descriptors are close-on-exec and stay open until
 * prepared_close(). Every complaint about the bundle or its config.json is made here, before
 * anything outside of the process has changed. */
int pipeline_prepare(struct context *context, const struct prepare_request *request,
                     struct prepared *out_prepared, struct error *err);

/* Close the plan's descriptors. An all-zero structure has none. */
void prepared_close(struct prepared *prepared);

#endif
