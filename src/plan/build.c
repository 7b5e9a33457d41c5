/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/build.h"

#include "agentrun/plan/cgroups.h"
#include "agentrun/plan/devices.h"
#include "agentrun/plan/filters.h"
#include "agentrun/plan/hooks.h"
#include "agentrun/plan/mounts.h"
#include "agentrun/plan/namespaces.h"
#include "agentrun/plan/process.h"

static int add_descriptor(struct plan *plan, int fd, const char *path)
{
    plan->descriptors[plan->n_descriptors] = (struct plan_descriptor){ fd, path };
    return (int)plan->n_descriptors++;
}

/* Fill the table; the index of each source goes to out_sources. */
static void add_descriptors(struct arena *arena, const struct plan_request *request,
                            struct plan *plan, int *out_sources)
{
    const struct spec *spec = request->spec;

    plan->descriptors = ARENA_NEW_ARRAY(arena, struct plan_descriptor, 2 + spec->n_mounts);
    plan->root = add_descriptor(plan, request->root_fd, request->root_path);
    for (size_t i = 0; i < spec->n_mounts; i++) {
        int fd = request->source_fds[i];

        out_sources[i] = fd < 0 ? -1 : add_descriptor(plan, fd, spec->mounts[i].source);
    }
    plan->decoy_descriptor = -1;
    if (!request->engine_looks)
        return;
    plan->decoy = PLAN_DECOY_FRESH;
    if (request->decoy_fd >= 0) {
        plan->decoy = PLAN_DECOY_PATH;
        plan->decoy_descriptor = add_descriptor(plan, request->decoy_fd, request->decoy_path);
    }
}

static void add_annotations(struct arena *arena, const struct spec *spec, struct plan *plan)
{
    plan->annotations = ARENA_NEW_ARRAY(arena, struct plan_option, spec->n_annotations);
    plan->n_annotations = spec->n_annotations;
    for (size_t i = 0; i < spec->n_annotations; i++)
        plan->annotations[i] =
            (struct plan_option){ spec->annotations[i].key, spec->annotations[i].value };
}

static int add_cgroup(struct arena *arena, const struct plan_request *request, struct plan *plan,
                      struct error *err)
{
    const struct spec *spec = request->spec;
    int result = cgroups_path(arena, spec, request->cgroups, request->id, &plan->cgroup.path, err);

    if (result == 0)
        result = cgroups_build_writes(arena, spec, request->cgroups, true, &plan->cgroup, err);
    /* In a user namespace the kernel lets nobody set device rules, and no node can be made. */
    if (result == 0 && !request->is_in_user_namespace)
        devices_build_rules(arena, spec, &plan->cgroup);
    return result;
}

static int add_process(struct arena *arena, const struct plan_request *request, struct plan *plan,
                       struct error *err)
{
    int result;

    if (!request->spec->has_process)
        return 0;
    result = plan_build_process(arena, request->spec, request->spec, request, &plan->process, err);
    if (result < 0)
        return result;
    plan->process.landlock = process_landlock(request->landlock_abi);
    plan->has_process = true;
    return 0;
}

int plan_build(struct arena *arena, const struct plan_request *request, struct plan *out_plan,
               struct error *err)
{
    const struct spec *spec = request->spec;
    int *source_descriptors = ARENA_NEW_ARRAY(arena, int, spec->n_mounts);
    struct plan plan = {
        .id = request->id,
        .bundle = request->bundle,
        .oci_version = spec->oci_version,
        .root_path = request->root_path,
        .root_readonly = spec->root.readonly,
        .new_keyring = request->new_keyring,
    };
    int result;

    add_descriptors(arena, request, &plan, source_descriptors);
    add_annotations(arena, spec, &plan);
    result = namespaces_build(arena, request, &plan, err);
    if (result == 0)
        result = mounts_build(arena, request, source_descriptors, &plan, err);
    if (result == 0)
        result = devices_build(arena, spec, &plan, err);
    if (result == 0)
        result = hooks_build(arena, spec, &plan, err);
    if (result == 0)
        result = add_cgroup(arena, request, &plan, err);
    if (result == 0)
        result = add_process(arena, request, &plan, err);
    if (result == 0)
        *out_plan = plan;
    return result;
}

int plan_build_process(struct arena *arena, const struct spec *spec, const struct spec *snapshot,
                       const struct plan_request *request, struct plan_process *out_process,
                       struct error *err)
{
    struct plan_process process;
    int result = process_build(arena, spec, snapshot, &process, err);

    if (result == 0)
        result = filters_build(arena, snapshot, request->filter_cache_fd, process.filters, err);
    if (result == 0)
        *out_process = process;
    return result;
}

int plan_build_resources(struct arena *arena, const struct spec *spec,
                         const struct cgroup_host *cgroups, struct plan_cgroup *out_cgroup,
                         struct error *err)
{
    struct plan_cgroup cgroup = { 0 };
    int result = cgroups_build_writes(arena, spec, cgroups, false, &cgroup, err);

    if (result == 0)
        *out_cgroup = cgroup;
    return result;
}
