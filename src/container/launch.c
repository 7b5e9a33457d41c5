/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/container/attest.h"
#include "agentrun/container/console.h"
#include "agentrun/container/gate.h"
#include "agentrun/container/handover.h"
#include "agentrun/container/hooks.h"
#include "agentrun/container/init.h"
#include "agentrun/container/pid_file.h"
#include "agentrun/container/remove.h"
#include "agentrun/container/state_directory.h"
#include "agentrun/container/steps.h"
#include "agentrun/container/trace.h"
#include "agentrun/linux/ids.h"
#include "agentrun/linux/pidfd.h"
#include "agentrun/linux/signals.h"
#include "agentrun/linux/terminal.h"

/* What state files and the like may take once there is something to undo. */
#define RESERVE_BYTES ((size_t)12 * 1024)

void launch_init(struct launch *launch)
{
    launch->state_fd = launch->socket_fd = launch->pidfd = -1;
    launch->master_fd = launch->signal_fd = launch->console_fd = launch->gate_fd = -1;
    launch->trace_fd = -1;
    memset(launch->cgroup.directory_fds, -1, sizeof launch->cgroup.directory_fds);
}

/* --- state ---------------------------------------------------------------------------------- */

static int hook_kinds(const struct plan *plan)
{
    int kinds = 0;

    for (int i = 0; i < N_PLAN_HOOK_KINDS; i++)
        kinds |= plan->hooks[i].n_hooks > 0 ? 1 << i : 0;
    return kinds;
}

static int describe_state(struct launch *launch, struct error *err)
{
    const struct plan *plan = launch->plan;
    pid_t pid = getpid();
    struct process_status self;

    if (process_read_status(pid, &self, err) < 0)
        return -err->errnum;
    launch->state = (struct state){
        .id = plan->id,
        .bundle = plan->bundle,
        .rootfs = plan->root_path,
        .oci_version = plan->oci_version,
        .created = state_timestamp(launch->arena),
        .phase = STATE_CREATING,
        .maker_pid = pid,
        .maker_start_time = self.start_time,
        .cgroup_path = plan->cgroup.path,
        .home_fd = -1,
        .owner = sys_effective_uid(),
        .uid = plan->process.host_uid,
        .gid = plan->process.host_gid,
        .groups = attest_groups(launch->arena, plan->process.host_groups, plan->process.n_groups),
        .capabilities = plan->process.capabilities,
        .namespaces = plan->clone_flags | (plan->new_cgroup_namespace ? CLONE_NEWCGROUP : 0),
        .hook_kinds = hook_kinds(plan),
        .annotations = plan->annotations,
        .n_annotations = plan->n_annotations,
    };
    return 0;
}

static int write_files(const struct launch *launch, struct error *err)
{
    for (size_t i = 0; i < launch->n_files; i++) {
        const struct launch_file *file = &launch->files[i];

        /* Nobody reads them before state.json says that the container is there. */
        if (io_create_file_at(launch->state_fd, file->name, file->text, file->n_bytes, 0600, err) <
            0)
            return -err->errnum;
    }
    return 0;
}

static int make_state(struct launch *launch, struct error *err)
{
    arena_reserve(launch->arena, RESERVE_BYTES);
    if (describe_state(launch, err) < 0)
        return -err->errnum;
    if (container_claim(launch->arena, launch->root_fd, launch->plan->id, launch->cgroups,
                        &launch->state_fd, err) < 0)
        return -err->errnum;
    if (state_write(launch->arena, launch->state_fd, &launch->state, err) < 0)
        return -err->errnum;
    return launch->waits_at_gate ? gate_open(launch->state_fd, &launch->gate_fd, err) : 0;
}

static int make_cgroup(struct launch *launch, struct error *err)
{
    const struct plan_cgroup *planned = &launch->plan->cgroup;

    if (!planned->path)
        return 0;
    if (cgroup_create(launch->cgroups, planned->path, &launch->cgroup, err) < 0 ||
        cgroup_apply(&launch->cgroup, planned->writes, planned->n_writes, err) < 0)
        return -err->errnum;
    return cgroup_apply_devices(&launch->cgroup, planned->device_rules, planned->n_device_rules,
                                err);
}

static int clone_mounts(struct launch *launch, struct error *err)
{
    detached_init(launch->arena, launch->plan, &launch->detached);
    launch->made_fds = ARENA_NEW_ARRAY(launch->arena, int, launch->plan->n_mounts);
    memset(launch->made_fds, -1, launch->plan->n_mounts * sizeof(int));
    return detach_mounts(launch->plan, &launch->cgroup, &launch->detached, err);
}

/* --- the birth of init ---------------------------------------------------------------------- */

static const char *hook_state(struct launch *launch, size_t *out_n_bytes)
{
    struct json_writer *writer = json_writer_new(launch->arena, false);

    state_encode(writer, &launch->state, STATUS_CREATING, "");
    return json_writer_finish(writer, out_n_bytes);
}

static bool has_runtime_hooks(const struct plan *plan)
{
    return plan->hooks[PLAN_HOOK_PRESTART].n_hooks + plan->hooks[PLAN_HOOK_CREATE_RUNTIME].n_hooks >
           0;
}

__attribute__((noreturn)) static void run_init(struct launch *launch, int own_socket_fd,
                                               uint64_t ignored_signals)
{
    struct init init = {
        .plan = launch->plan,
        .detached = &launch->detached,
        .cgroup = &launch->cgroup,
        .socket_fd = own_socket_fd,
        .gate_fd = launch->gate_fd,
        .signal_fd = launch->signal_fd,
        .ignored_signals = ignored_signals,
        .is_in_cgroup = cgroup_clone_fd(&launch->cgroup) >= 0 || launch->plan->uid_map,
        .has_runtime_hooks = has_runtime_hooks(launch->plan),
        .n_preserve_fds = launch->n_preserve_fds,
        .made_fds = launch->made_fds,
        .trace_fd = launch->trace_fd,
    };

    /* Its end must be P's only, or I would wait for itself; its lock ends with P at the latest. */
    close(launch->socket_fd);
    close(launch->state_fd);
    init.state_json = hook_state(launch, &init.n_state_json_bytes);
    init_run(&init);
}

/* The offsets must be there before the first process enters the namespace, so P makes it, its child
 * is born in it, and P returns. */
static int clone_in_time_namespace(const struct plan *plan, struct clone_args *arguments,
                                   pid_t *out_pid, struct error *err)
{
    auto_close int own_fd = open("/proc/self/ns/time", O_RDONLY | O_CLOEXEC);

    if (own_fd < 0)
        return error_system(err, "open the time namespace");
    if (unshare(CLONE_NEWTIME) < 0)
        return error_system(err, "new time namespace");
    if (io_write_kernel_file_at(AT_FDCWD, "/proc/self/timens_offsets", plan->time_offsets, err) < 0)
        return -err->errnum;
    arguments->flags &= ~(uint64_t)CLONE_NEWTIME;
    *out_pid = sys_clone3(arguments);
    if (*out_pid > 0 && setns(own_fd, CLONE_NEWTIME) < 0)
        return error_system(err, "return from the time namespace");
    return 0;
}

static int clone_init(struct launch *launch, pid_t *out_pid, struct error *err)
{
    const struct plan *plan = launch->plan;
    int cgroup_fd = cgroup_clone_fd(&launch->cgroup);
    struct clone_args arguments = {
        .flags = plan->clone_flags | CLONE_PIDFD | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uint64_t)(uintptr_t)&launch->pidfd,
        .exit_signal = SIGCHLD,
        .cgroup = cgroup_fd >= 0 ? (uint64_t)cgroup_fd : 0,
    };

    if (plan->time_offsets) {
        if (clone_in_time_namespace(plan, &arguments, out_pid, err) < 0)
            return -err->errnum;
    } else {
        *out_pid = sys_clone3(&arguments);
    }
    return *out_pid < 0 ? error_system(err, "clone") : 0;
}

static int start_init(struct launch *launch, struct error *err)
{
    auto_close int init_socket_fd = -1;
    uint64_t ignored_signals;
    pid_t pid = -1;

    if (handover_open(&launch->socket_fd, &init_socket_fd, err) < 0 ||
        signals_ignored(&ignored_signals, err) < 0 ||
        signals_block_all(&launch->signal_fd, err) < 0)
        return -err->errnum;
    if (clone_init(launch, &pid, err) < 0)
        return -err->errnum;
    if (pid == 0)
        run_init(launch, take_fd(&init_socket_fd), ignored_signals);
    launch->state.pid = pid;
    return 0;
}

static int set_oom_score(const struct launch *launch, struct error *err)
{
    char path[40], value[16];

    if (!launch->plan->has_process || !launch->plan->process.has_oom_score_adj)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)launch->state.pid);
    snprintf(value, sizeof value, "%d", launch->plan->process.oom_score_adj);
    return io_write_kernel_file_at(AT_FDCWD, path, value, err);
}

static int adopt_init(struct launch *launch, struct error *err)
{
    const struct plan *plan = launch->plan;
    struct process_status status;

    if (process_read_status(launch->state.pid, &status, err) < 0 || set_oom_score(launch, err) < 0)
        return -err->errnum;
    launch->state.start_time = status.start_time;
    if (!plan->uid_map)
        return 0;
    /* Root of its own user namespace only, I may not move itself. */
    if (launch->cgroup.version != CGROUP_NONE && cgroup_clone_fd(&launch->cgroup) < 0 &&
        cgroup_add(&launch->cgroup, launch->state.pid, err) < 0)
        return -err->errnum;
    if (ids_write_maps(launch->state.pid, plan->uid_map, plan->gid_map, plan->deny_setgroups, err) <
        0)
        return -err->errnum;
    return handover_send(launch->socket_fd, MESSAGE_MAPPED, 0, -1, err);
}

/* --- the conversation ----------------------------------------------------------------------- */

static int run_hooks(struct launch *launch, struct error *err)
{
    static const enum plan_hook_kind kinds[] = { PLAN_HOOK_PRESTART, PLAN_HOOK_CREATE_RUNTIME };
    size_t n_bytes;
    const char *state_json = hook_state(launch, &n_bytes);

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (hooks_run(&launch->plan->hooks[kinds[i]], kinds[i], state_json, n_bytes, err) < 0)
            return -err->errnum;
    return handover_send(launch->socket_fd, MESSAGE_HOOKS_RAN, 0, -1, err);
}

/* Serve init until it says `last`. */
static int converse(struct launch *launch, enum message_kind last, struct message *out_message,
                    struct error *err)
{
    for (;;) {
        int result = handover_receive(launch->socket_fd, true, out_message, err);

        if (result < 0)
            return result;
        if (out_message->kind == last)
            return 0;
        if (out_message->kind == MESSAGE_HOOKS)
            result = run_hooks(launch, err);
        else if (out_message->kind == MESSAGE_MASTER)
            result =
                console_take_master(launch->console_fd, out_message->fd, &launch->master_fd, err);
        else if (out_message->kind == MESSAGE_END)
            result =
                error_set(err, ERROR_SYSTEM, ECONNRESET, "the init process ended unexpectedly");
        else
            result = error_set(err, ERROR_BUG, EPROTO, "a message out of turn");
        if (result < 0)
            return result;
    }
}

static int record(struct launch *launch, enum state_phase phase, struct error *err)
{
    launch->state.phase = phase;
    if (state_write(launch->arena, launch->state_fd, &launch->state, err) < 0)
        return -err->errnum;
    return launch->pid_file ? pid_file_write(launch->pid_file, launch->state.pid, err) : 0;
}

static int attest(const struct state *state, struct error *err)
{
    const struct attest_expectation expectation = { state->uid, state->gid, state->groups,
                                                    state->capabilities };

    return attest_process(state->pid, &expectation, err);
}

/* After GO the end of the conversation is the exec. */
static int say_go(int socket_fd, struct error *err)
{
    if (handover_send(socket_fd, MESSAGE_GO, 0, -1, err) < 0)
        return -err->errnum;
    return handover_expect_end(socket_fd, err);
}

static int create(struct launch *launch, struct error *err)
{
    struct message message;

    if (converse(launch, MESSAGE_WAITING, &message, err) < 0)
        return -err->errnum;
    launch->state.home_fd = message.value;
    if (record(launch, STATE_CREATED, err) < 0)
        return error_wrap(err, "%s", launch_steps[STEP_CREATED].what);
    return handover_send(launch->socket_fd, MESSAGE_RELEASED, 0, -1, err);
}

static int run(struct launch *launch, struct error *err)
{
    struct message message;

    /* While I is at work: nobody but us can start the program, so it is as good as started. */
    if (record(launch, STATE_STARTED, err) < 0)
        return error_wrap(err, "%s", launch_steps[STEP_CREATED].what);
    if (converse(launch, MESSAGE_CONFINED, &message, err) < 0)
        return -err->errnum;
    if (attest(&launch->state, err) < 0)
        return error_wrap(err, "%s", launch_steps[STEP_ATTEST].what);
    return say_go(launch->socket_fd, err);
}

/* I is at work meanwhile. */
static int finish(struct launch *launch, struct error *err)
{
    if (write_files(launch, err) < 0)
        return error_wrap(err, "%s", launch_steps[STEP_CREATED].what);
    return launch->waits_at_gate ? create(launch, err) : run(launch, err);
}

int launch_let_go(struct arena *arena, int state_fd, int socket_fd, struct state *state,
                  struct error *err)
{
    if (handover_send(socket_fd, MESSAGE_PREPARE, 0, -1, err) < 0 ||
        handover_expect(socket_fd, true, MESSAGE_CONFINED, err) < 0 || attest(state, err) < 0)
        return -err->errnum;
    state->phase = STATE_STARTED;
    state->home_fd = -1;
    if (state_write(arena, state_fd, state, err) < 0 || gate_remove(state_fd, err) < 0)
        return -err->errnum;
    return say_go(socket_fd, err);
}

/* --- the whole ------------------------------------------------------------------------------ */

static const struct {
    enum launch_step step;
    int (*run)(struct launch *, struct error *);
} actions[] = {
    { STEP_STATE, make_state }, { STEP_CGROUP, make_cgroup }, { STEP_DETACH, clone_mounts },
    { STEP_CLONE, start_init }, { STEP_ID_MAPS, adopt_init }, { STEP_CREATED, finish },
};

/* A state directory that is not ours ("already exists") was not opened, and stays. */
static void undo(struct launch *launch)
{
    bool made_cgroup = launch->cgroup.version != CGROUP_NONE, made_state = launch->state_fd >= 0;
    struct error ignored;

    if (launch->state.pid > 0) {
        pidfd_send_signal(launch->pidfd, SIGKILL, NULL, 0);
        waitid(P_PIDFD, (id_t)launch->pidfd, NULL, WEXITED);
        scope_close(&launch->pidfd);
        launch->pidfd = -1;
    }
    launch_finish(launch);
    detached_close(&launch->detached);
    cgroup_close(&launch->cgroup);
    if (made_cgroup)
        cgroup_remove(launch->cgroups, launch->plan->cgroup.path, &ignored);
    if (made_state)
        state_remove(launch->root_fd, launch->plan->id, &ignored);
    if (launch->pid_file && made_state)
        unlink(launch->pid_file);
}

int launch_container(struct launch *launch, struct error *err)
{
    launch->trace_fd = trace_open();
    trace_mark(launch->trace_fd, "P", "begin");
    if (launch->console_socket &&
        terminal_connect(launch->console_socket, &launch->console_fd, err) < 0)
        return -err->errnum;
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        if (actions[i].run(launch, err) < 0) {
            if (actions[i].step != STEP_CREATED && actions[i].step != STEP_STATE)
                error_wrap(err, "%s", launch_steps[actions[i].step].what);
            undo(launch);
            return -err->errnum;
        }
        trace_mark(launch->trace_fd, "P", launch_steps[actions[i].step].what);
    }
    return 0;
}

static void close_and_forget(int *fd)
{
    scope_close_late(fd);
    *fd = -1;
}

/* The rest, and in the foreground what the container's mounts were made of, goes with this process,
 * which has nothing else to do than to wait for the program. */
void launch_finish(struct launch *launch)
{
    close_and_forget(&launch->socket_fd);
    close_and_forget(&launch->gate_fd);
    close_and_forget(&launch->console_fd);
    state_unlock(&launch->state_fd);
}
