/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/update.h"

#include <errno.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/kill.h"
#include "agentrun/harden/harden.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/pipeline/gather.h"
#include "agentrun/pipeline/merge.h"
#include "agentrun/pipeline/snapshot.h"
#include "agentrun/plan/build.h"
#include "agentrun/spec/decode.h"
#include "agentrun/spec/encode.h"

#define LOCK_TIMEOUT_MS 10000

struct update {
    int state_fd;
    struct state state;
    struct cgroup_host cgroups;
    struct spec *request, *snapshot;
    struct hardened *hardened;
};

static int check_status(const struct update *update, struct error *err)
{
    enum state_status status = STATUS_STOPPED;
    int result = state_status(&update->state, &update->cgroups, &status, err);

    if (result < 0)
        return result;
    if (status == STATUS_STOPPED || status == STATUS_CREATING)
        return error_set(err, ERROR_SYSTEM, ESRCH, "container not running");
    return 0;
}

static int harden(struct context *context, struct update *update, struct error *err)
{
    struct facts facts = {
        .container_id = update->state.id,
        .has_cgroup_v2 = update->cgroups.version == CGROUP_V2,
    };
    const struct policy *policy = NULL;
    int result = snapshot_read(context->arena, update->state_fd, update->snapshot, err);

    if (result == 0)
        result = policy_load(context->policy_file, &policy, err);
    if (result == 0)
        result = gather_count_cpus(&facts.n_host_cpus, err);
    if (result < 0)
        return result;
    return harden_update(context->arena, update->request, update->snapshot, policy, &facts,
                         update->hardened, err);
}

static int apply(struct context *context, const struct update *update, struct error *err)
{
    struct plan_cgroup plan = { 0 };
    struct cgroup cgroup;
    int result =
        plan_build_resources(context->arena, &update->hardened->spec, &update->cgroups, &plan, err);

    if (result < 0 || plan.n_writes == 0)
        return result;
    result = container_open_cgroup(&update->state, &update->cgroups, &cgroup, err);
    if (result < 0)
        return result;
    result = cgroup_apply(&cgroup, plan.writes, plan.n_writes, err);
    cgroup_close(&cgroup);
    return result;
}

/* What the next exec and update go by. */
static int keep(struct context *context, struct update *update, struct error *err)
{
    struct json_writer *writer = json_writer_new(context->arena, false);
    const char *text;
    size_t n_bytes;

    merge_resources(&update->snapshot->linux.resources, &update->hardened->spec.linux.resources);
    spec_encode(writer, update->snapshot);
    text = json_writer_finish(writer, &n_bytes);
    return io_replace_file_at(update->state_fd, STATE_SPEC, text, n_bytes, 0600, err);
}

static void log_findings(const struct context *context, const struct findings *findings)
{
    for (const struct finding *finding = findings->first; finding; finding = finding->next)
        log_write(context->log, LOG_INFO, "%s", finding_text(context->arena, finding));
}

static int update_locked(struct context *context, struct update *update, struct error *err)
{
    int result = state_read(context->arena, update->state_fd, &update->state, err);

    if (result == 0)
        result = cgroup_discover(context->arena, &update->cgroups, err);
    if (result == 0)
        result = check_status(update, err);
    if (result == 0)
        result = harden(context, update, err);
    if (result == 0)
        result = apply(context, update, err);
    if (result < 0)
        return result;
    log_findings(context, &update->hardened->findings);
    return keep(context, update, err);
}

int pipeline_update(struct context *context, const char *id, const char *name, const char *text,
                    size_t n_bytes, struct error *err)
{
    auto_close int state_fd = -1;
    int lock_fd = -1;
    struct update update = {
        .request = ARENA_NEW(context->arena, struct spec),
        .snapshot = ARENA_NEW(context->arena, struct spec),
        .hardened = ARENA_NEW(context->arena, struct hardened),
    };
    int result = context_open_state(context, id, NULL, &state_fd, err);

    if (result == 0)
        result = spec_decode_resources(context->arena, name, text, n_bytes, update.request, err);
    if (result == 0)
        result = state_lock(state_fd, LOCK_TIMEOUT_MS, &lock_fd, err);
    if (result < 0)
        return result;
    update.state_fd = state_fd;
    result = update_locked(context, &update, err);
    state_unlock(&lock_fd);
    return result;
}
