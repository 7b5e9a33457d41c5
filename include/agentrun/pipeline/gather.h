/* SPDX-License-Identifier: Apache-2.0
 *
 * Spec → Facts: what the named things are. Everything is recorded, nothing is decided; a path that
 * cannot be opened is a fact too.
 */
#ifndef AGENTRUN_PIPELINE_GATHER_H
#define AGENTRUN_PIPELINE_GATHER_H

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/harden/facts.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/policy/policy.h"
#include "agentrun/spec/spec.h"

struct gather_request {
    const char *container_id;
    int state_root_fd; /* the runtime's own root directory; borrowed; -1: none */
    int bundle_fd;     /* relative paths of the spec count from here; borrowed */
    const struct spec *spec;
    const struct policy *policy;
    const struct cgroup_host *cgroups;
};

struct gathered {
    struct facts facts;
    size_t n_hooks[6]; /* lengths of facts.hooks */
    int network_fd;    /* the network namespace that the spec names, -1: none, or no namespace */
};

/* Open what the spec names and ask what it is. Errors: only that of the root directory, without
 * which there is no container, and of the kernel's own files. */
int gather_facts(struct arena *arena, const struct gather_request *request,
                 struct gathered *out_gathered, struct error *err);

/* Processors that this process may run on: more than that a container cannot use either. */
int gather_count_cpus(unsigned *out_n_cpus, struct error *err);

/* Close all descriptors that are still in the facts. */
void gather_close(struct gathered *gathered);

#endif
