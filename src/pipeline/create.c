/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/create.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>

#include "agentrun/base/json_writer.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/hooks.h"
#include "agentrun/container/launch.h"
#include "agentrun/container/remove.h"
#include "agentrun/container/state_directory.h"
#include "agentrun/container/supervise.h"
#include "agentrun/linux/descriptors.h"
#include "agentrun/pipeline/pidfd_socket.h"
#include "agentrun/pipeline/prepare.h"
#include "agentrun/pipeline/snapshot.h"
#include "agentrun/spec/encode.h"

static int check_terminal(const struct create_request *request, const struct plan *plan,
                          bool detached, struct error *err)
{
    bool terminal = plan->has_process && plan->process.terminal;

    if (terminal && detached && !request->console_socket)
        return error_set(err, ERROR_USAGE, EINVAL,
                         "process.terminal: a detached container needs --console-socket");
    if (request->console_socket && !(terminal && detached))
        return error_set(err, ERROR_USAGE, EINVAL,
                         "--console-socket is for detached containers with process.terminal");
    return 0;
}

/* Everything that can be said without touching anything. */
static int prepare(struct context *context, const struct create_request *request, bool create,
                   int root_fd, struct prepared *out_prepared, struct error *err)
{
    const struct prepare_request prepare_request = {
        .id = request->id,
        .bundle = request->bundle,
        .config = request->config,
        .engine_may_look = create,
        .no_new_keyring = request->no_new_keyring,
        .root_fd = root_fd,
    };
    bool detached = create || request->detach;
    int result = descriptors_check_preserved(request->n_preserve_fds, err);

    if (result == 0)
        result = pipeline_prepare(context, &prepare_request, out_prepared, err);
    if (result == 0)
        result = context_protect_binary(context, out_prepared->plan.process.host_uid, err);
    if (result == 0)
        result = check_terminal(request, &out_prepared->plan, detached, err);
    if (result == 0 && !(out_prepared->plan.has_process && out_prepared->plan.process.terminal))
        result = descriptors_check_stdio(err);
    return result;
}

static int launch(struct context *context, const struct create_request *request, bool create,
                  int root_fd, const struct prepared *prepared, struct launch *launch,
                  struct error *err)
{
    struct launch_file files[2];

    snapshot_files(context->arena, &prepared->hardened, files);
    *launch = (struct launch){
        .arena = context->arena,
        .root_fd = root_fd,
        .plan = &prepared->plan,
        .cgroups = &prepared->cgroups,
        .console_socket = request->console_socket,
        .pid_file = request->pid_file,
        .n_preserve_fds = request->n_preserve_fds,
        .waits_at_gate = create,
        .files = files,
        .n_files = ARRAY_SIZE(files),
    };
    launch_init(launch);
    return launch_container(launch, err);
}

/* What was opened for the plan goes with this process, whose last work this is. */
static int prepare_and_launch(struct context *context, const struct create_request *request,
                              bool create, struct prepared *out_prepared,
                              struct launch *out_launched, struct error *err)
{
    int root_fd = -1;
    int result = state_check_id(request->id, err);

    if (result == 0)
        result =
            descriptors_close_inherited(3 + (int)request->n_preserve_fds, context->log->fd, err);
    if (result == 0)
        result = state_open_root(context->root, true, &root_fd, err);
    if (result == 0)
        result = prepare(context, request, create, root_fd, out_prepared, err);
    if (result == 0)
        result = launch(context, request, create, root_fd, out_prepared, out_launched, err);
    return result;
}

int pipeline_create(struct context *context, const struct create_request *request,
                    struct error *err)
{
    struct prepared prepared = { 0 };
    struct launch launched;
    int result = prepare_and_launch(context, request, true, &prepared, &launched, err);

    if (result == 0) {
        result = pidfd_socket_send(request->pidfd_socket, launched.pidfd, err);
        launch_finish(&launched);
    }
    return result;
}

/* poststart: the container runs; a hook that fails ends it. */
static int run_poststart(struct context *context, const struct launch *launched, struct error *err)
{
    const struct plan_hook_list *hooks = &launched->plan->hooks[PLAN_HOOK_POSTSTART];
    struct json_writer *writer;
    const char *state_json;
    size_t n_bytes;

    if (hooks->n_hooks == 0)
        return 0;
    writer = json_writer_new(context->arena, false);
    state_encode(writer, &launched->state, STATUS_RUNNING, "");
    state_json = json_writer_finish(writer, &n_bytes);
    return hooks_run(hooks, PLAN_HOOK_POSTSTART, state_json, n_bytes, err);
}

static void run_poststop(struct context *context, const struct launch *launched)
{
    const struct plan_hook_list *hooks = &launched->plan->hooks[PLAN_HOOK_POSTSTOP];
    struct json_writer *writer;
    const char *state_json;
    struct error err;
    size_t n_bytes;

    if (hooks->n_hooks == 0)
        return;
    writer = json_writer_new(context->arena, false);
    state_encode(writer, &launched->state, STATUS_STOPPED, "");
    state_json = json_writer_finish(writer, &n_bytes);
    if (hooks_run(hooks, PLAN_HOOK_POSTSTOP, state_json, n_bytes, &err) < 0)
        log_write(context->log, LOG_WARNING, "%s", err.text);
}

static int wait_and_delete(struct context *context, const struct create_request *request,
                           struct launch *launched, int *out_exit_code, struct error *err)
{
    struct error removal;
    int result = run_poststart(context, launched, err);

    if (result < 0)
        pidfd_send_signal(launched->pidfd, SIGKILL, NULL, 0);
    else
        result = pidfd_socket_send(request->pidfd_socket, launched->pidfd, err);
    if (result == 0 && request->detach)
        return 0;
    if (result == 0)
        result = supervise_wait(launched->pidfd, launched->signal_fd, launched->master_fd,
                                out_exit_code, err);
    if (result == 0 && request->keep)
        return 0;
    /* Reaped or killed: its pid means nothing any more. */
    if (result == 0)
        launched->state.pid = 0;
    if (container_remove(context->arena, launched->root_fd, &launched->state, launched->cgroups,
                         &removal) < 0 &&
        result == 0) {
        *err = removal;
        return -err->errnum;
    }
    run_poststop(context, launched);
    return result;
}

int pipeline_run(struct context *context, const struct create_request *request, int *out_exit_code,
                 struct error *err)
{
    struct prepared prepared = { 0 };
    struct launch launched;
    int result = prepare_and_launch(context, request, false, &prepared, &launched, err);

    if (result == 0) {
        launch_finish(&launched);
        result = wait_and_delete(context, request, &launched, out_exit_code, err);
    }
    return result;
}
