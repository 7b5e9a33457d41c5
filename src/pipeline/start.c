/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/start.h"

#include <errno.h>
#include <signal.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/gate.h"
#include "agentrun/container/hooks.h"
#include "agentrun/container/kill.h"
#include "agentrun/container/launch.h"
#include "agentrun/container/state_directory.h"
#include "agentrun/linux/descriptors.h"
#include "agentrun/pipeline/snapshot.h"
#include "agentrun/plan/hooks.h"

#define LOCK_TIMEOUT_MS 10000

/* What start finds in the place of the gate, in the words of runc. */
static int explain(const struct state *state, int connect_result, struct error *err)
{
    enum state_status status;

    if (state_status(state, NULL, &status, err) < 0)
        return -err->errnum;
    if (status == STATUS_STOPPED || connect_result == -ECONNREFUSED)
        return error_set(err, ERROR_SYSTEM, ESRCH, "cannot start a container that has stopped");
    if (status == STATUS_CREATING)
        return error_set(err, ERROR_SYSTEM, EAGAIN, "cannot start a container that is not created");
    return error_set(err, ERROR_SYSTEM, EBUSY, "cannot start an already running container");
}

static int run_poststart(struct context *context, int state_fd, const struct state *state,
                         struct error *err)
{
    struct plan plan = { 0 };
    struct json_writer *writer;
    const char *state_json;
    struct spec spec;
    size_t n_bytes;

    if (!(state->hook_kinds & 1 << PLAN_HOOK_POSTSTART))
        return 0;
    if (snapshot_read(context->arena, state_fd, &spec, err) < 0)
        return -err->errnum;
    if (hooks_build(context->arena, &spec, &plan, err) < 0)
        return -err->errnum;
    writer = json_writer_new(context->arena, false);
    state_encode(writer, state, STATUS_RUNNING, "");
    state_json = json_writer_finish(writer, &n_bytes);
    return hooks_run(&plan.hooks[PLAN_HOOK_POSTSTART], PLAN_HOOK_POSTSTART, state_json, n_bytes,
                     err);
}

/* A program that was not proven to be as planned, or whose hooks failed, must not go on. */
static void kill_init(struct context *context, const struct state *state)
{
    struct cgroup_host cgroups;
    struct error ignored;

    if (cgroup_discover(context->arena, &cgroups, &ignored) == 0)
        container_signal_init(state, &cgroups, SIGKILL, &ignored);
}

static int start(struct context *context, int state_fd, struct state *state, struct error *err)
{
    auto_close int socket_fd = -1;
    int result = gate_connect(state_fd, &socket_fd, err);

    if (result < 0)
        return explain(state, result, err);
    result = launch_let_go(context->arena, state_fd, socket_fd, state, err);
    if (result == 0)
        result = run_poststart(context, state_fd, state, err);
    if (result < 0)
        kill_init(context, state);
    return result;
}

int pipeline_start(struct context *context, const char *id, struct error *err)
{
    auto_close int root_fd = -1, state_fd = -1;
    int lock_fd = -1;
    struct state state;
    int result = state_check_id(id, err);

    if (result == 0)
        result = descriptors_close_inherited(3, context->log->fd, err);
    if (result == 0)
        result = state_open_root(context->root, false, &root_fd, err);
    if (result == 0)
        result = state_open(root_fd, id, &state_fd, err);
    if (result == 0)
        result = state_lock(state_fd, LOCK_TIMEOUT_MS, &lock_fd, err);
    if (result == 0)
        result = state_read(context->arena, state_fd, &state, err);
    if (result == 0)
        result = start(context, state_fd, &state, err);
    state_unlock(&lock_fd);
    return result;
}
