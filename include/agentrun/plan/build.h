/* SPDX-License-Identifier: Apache-2.0
 *
 * Spec′ → Plan.
 */
#ifndef AGENTRUN_PLAN_BUILD_H
#define AGENTRUN_PLAN_BUILD_H

#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* What the plan needs to know beyond the spec. All borrowed. */
struct plan_request {
    const char *id, *bundle;
    const struct spec *spec; /* hardened */
    const struct cgroup_host *cgroups;
    int root_fd; /* O_PATH of the root directory */
    const char *root_path;
    const int *source_fds; /* one per mount of the spec: O_PATH of the source, -1: no bind */
    const bool *sources_are_files;
    bool engine_looks;      /* an engine may look at, or decorate, the network namespace */
    int decoy_fd;           /* the network namespace that the caller named, -1: none */
    const char *decoy_path; /* how the caller named it, for messages */
    unsigned landlock_abi;
    bool new_keyring;
    int filter_cache_fd; /* the runtime's root directory, for filter_cache_get; -1: no cache */
    bool is_in_user_namespace; /* agentrun itself is not in the initial one: devices are bound */
};

/* Take every decision. Errors of the spec are reported at their place. Everything belongs to the
 * arena; no descriptor is opened. */
int plan_build(struct arena *arena, const struct plan_request *request, struct plan *out_plan,
               struct error *err);

/* The process of an exec: `spec` is hardened and has the process; the profile is `snapshot`'s.
 * Boundaries of Landlock are for the first process only: one from outside must reach it. */
int plan_build_process(struct arena *arena, const struct spec *spec, const struct spec *snapshot,
                       const struct plan_request *request, struct plan_process *out_process,
                       struct error *err);

/* The writes of an update; out_cgroup gets neither path nor device rules, which stay as they are.
 */
int plan_build_resources(struct arena *arena, const struct spec *spec,
                         const struct cgroup_host *cgroups, struct plan_cgroup *out_cgroup,
                         struct error *err);

#endif
