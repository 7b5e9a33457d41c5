/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/exec.h"
#include "agentrun/container/kill.h"
#include "agentrun/container/state_directory.h"
#include "agentrun/container/supervise.h"
#include "agentrun/harden/harden.h"
#include "agentrun/linux/descriptors.h"
#include "agentrun/linux/landlock.h"
#include "agentrun/pipeline/exec_request.h"
#include "agentrun/pipeline/pidfd_socket.h"
#include "agentrun/pipeline/snapshot.h"
#include "agentrun/plan/build.h"
#include "agentrun/spec/decode.h"

/* The container that is joined. */
struct target {
    int root_fd, state_fd;
    struct state state;
    struct cgroup_host cgroups;
    struct cgroup cgroup;
    struct spec snapshot;
};

static int check_running(const struct target *target, struct error *err)
{
    enum state_status status;

    if (state_status(&target->state, NULL, &status, err) < 0)
        return -err->errnum;
    if (status == STATUS_STOPPED || status == STATUS_CREATING)
        return error_set(err, ERROR_SYSTEM, ESRCH, "cannot exec in a stopped container");
    return 0;
}

static int open_cgroup(const struct exec_request *request, struct target *target, struct error *err)
{
    bool frozen = false;

    if (!target->state.cgroup_path)
        return 0;
    if (container_open_cgroup(&target->state, &target->cgroups, &target->cgroup, err) < 0)
        return -err->errnum;
    if (request->ignore_paused || target->state.phase == STATE_CREATED)
        return 0;
    if (cgroup_is_frozen(&target->cgroup, &frozen, err) < 0)
        return -err->errnum;
    if (frozen)
        return error_set(err, ERROR_SYSTEM, EAGAIN,
                         "cannot exec in a paused container (use --ignore-paused to override)");
    return 0;
}

static int open_target(struct context *context, const struct exec_request *request,
                       struct target *target, struct error *err)
{
    struct arena *arena = context->arena;
    int result = state_check_id(request->id, err);

    if (result == 0)
        result = state_open_root(context->root, false, &target->root_fd, err);
    if (result == 0)
        result = state_open(target->root_fd, request->id, &target->state_fd, err);
    if (result == 0)
        result = state_read(arena, target->state_fd, &target->state, err);
    if (result == 0)
        result = cgroup_discover(arena, &target->cgroups, err);
    if (result == 0)
        result = check_running(target, err);
    if (result == 0)
        result = snapshot_read(arena, target->state_fd, &target->snapshot, err);
    if (result == 0)
        result = open_cgroup(request, target, err);
    return result;
}

static int plan_process(struct context *context, const struct exec_request *request,
                        const struct target *target, struct plan_process *out_process,
                        struct error *err)
{
    const struct policy *policy;
    const struct plan_request plan_request = {
        .id = request->id,
        .cgroups = &target->cgroups,
        .landlock_abi = landlock_abi(),
        .filter_cache_fd = target->root_fd,
    };
    struct hardened hardened;
    struct spec asked;

    if (exec_request_spec(context->arena, request, &target->snapshot, &asked, err) < 0 ||
        policy_load(context->policy_file, &policy, err) < 0 ||
        harden_exec(context->arena, &asked, &target->snapshot, policy, &hardened, err) < 0)
        return -err->errnum;
    for (const struct finding *f = hardened.findings.first; f; f = f->next)
        log_write(context->log, LOG_INFO, "%s", finding_text(context->arena, f));
    return plan_build_process(context->arena, &hardened.spec, &target->snapshot, &plan_request,
                              out_process, err);
}

static int check_terminal(const struct exec_request *request, const struct plan_process *process,
                          struct error *err)
{
    if (process->terminal && request->detach && !request->console_socket)
        return error_set(err, ERROR_USAGE, EINVAL,
                         "a detached process with a terminal needs --console-socket");
    if (request->console_socket && !(process->terminal && request->detach))
        return error_set(err, ERROR_USAGE, EINVAL,
                         "--console-socket is for detached processes with a terminal");
    return process->terminal ? 0 : descriptors_check_stdio(err);
}

static int run(struct arena *arena, const struct exec_request *request, const struct target *target,
               const struct plan_process *process, int *out_exit_code, struct error *err)
{
    struct exec exec = {
        .arena = arena,
        .state = &target->state,
        .process = process,
        .cgroup = &target->cgroup,
        .console_socket = request->console_socket,
        .pid_file = request->pid_file,
        .n_preserve_fds = request->n_preserve_fds,
        .new_keyring = true,
    };

    if (exec_process(&exec, err) < 0 ||
        pidfd_socket_send(request->pidfd_socket, exec.pidfd, err) < 0)
        return -err->errnum;
    if (request->detach) {
        *out_exit_code = 0;
        return 0;
    }
    return supervise_wait(exec.pidfd, exec.signal_fd, exec.master_fd, out_exit_code, err);
}

/* Programs cannot make groups below their container's, and nobody else does. */
static int check_cgroup(const struct exec_request *request, struct error *err)
{
    if (!request->cgroup || strcmp(request->cgroup, "/") == 0)
        return 0;
    return error_set(err, ERROR_USAGE, ENOTSUP, "--cgroup: the container has no group '%s'",
                     request->cgroup);
}

int pipeline_exec(struct context *context, const struct exec_request *request, int *out_exit_code,
                  struct error *err)
{
    struct target target = { .root_fd = -1, .state_fd = -1 };
    struct plan_process process = { 0 };
    int first_fd = 3 + (int)request->n_preserve_fds;
    int result = check_cgroup(request, err);

    if (result == 0)
        result = descriptors_close_inherited(first_fd, context->log->fd, err);
    if (result == 0)
        result = descriptors_check_preserved(request->n_preserve_fds, err);
    if (result == 0)
        result = open_target(context, request, &target, err);
    if (result == 0)
        result = plan_process(context, request, &target, &process, err);
    if (result == 0)
        result = context_protect_binary(context, process.host_uid, err);
    if (result == 0)
        result = check_terminal(request, &process, err);
    if (result == 0)
        result = run(context->arena, request, &target, &process, out_exit_code, err);
    /* What was opened goes with this process, whose last work this is. */
    return result;
}
