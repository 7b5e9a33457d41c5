/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/container/attest.h"
#include "agentrun/container/confine.h"
#include "agentrun/container/console.h"
#include "agentrun/container/handover.h"
#include "agentrun/container/own_process.h"
#include "agentrun/container/pid_file.h"
#include "agentrun/container/program.h"
#include "agentrun/linux/ids.h"
#include "agentrun/linux/network.h"
#include "agentrun/linux/pidfd.h"
#include "agentrun/linux/rootpath.h"
#include "agentrun/linux/signals.h"
#include "agentrun/linux/terminal.h"

/* What the new process gets from its parent. */
struct joiner {
    const struct exec *exec;
    int init_pidfd;
    int home_fd; /* init's home network namespace while init itself is in the decoy; else -1 */
    int socket_fd;
    uint64_t ignored_signals;
    int root_fd;
    const char *program;
};

/* --- the new process ------------------------------------------------------------------------ */

static int become_own(struct joiner *joiner, struct error *err)
{
    return own_process_become(joiner->exec->new_keyring, err);
}

static int enter_cgroup(struct joiner *joiner, struct error *err)
{
    const struct cgroup *cgroup = joiner->exec->cgroup;

    if (cgroup->version == CGROUP_NONE || cgroup_clone_fd(cgroup) >= 0)
        return 0;
    return cgroup_enter(cgroup, err);
}

static int enter_namespaces(struct joiner *joiner, struct error *err)
{
    int namespaces = (int)joiner->exec->state->namespaces & ~(CLONE_NEWPID);

    if (joiner->home_fd >= 0) {
        if (setns(joiner->home_fd, CLONE_NEWNET) < 0)
            return error_system(err, "join the home network namespace");
        namespaces &= ~CLONE_NEWNET;
    }
    if (setns(joiner->init_pidfd, namespaces) < 0)
        return error_system(err, "join the namespaces");
    if (namespaces & CLONE_NEWUSER && ids_apply(0, 0, NULL, 0, err) < 0)
        return -err->errnum;
    joiner->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (joiner->root_fd < 0)
        return error_system(err, "open the root");
    /* Init has looked at the namespace it took the program to; what it will go home to, nobody has.
     */
    return joiner->home_fd >= 0 ? network_check_isolated(err) : 0;
}

static int set_up_terminal(struct joiner *joiner, struct error *err)
{
    auto_close int devpts_fd = -1, master_fd = -1;

    if (!joiner->exec->process->terminal)
        return 0;
    if (rootpath_open(joiner->root_fd, "/dev/pts", false, ROOTPATH_MUST_EXIST, &devpts_fd, err) <
            0 ||
        console_set_up(joiner->exec->process, devpts_fd, -1, &master_fd, err) < 0)
        return -err->errnum;
    return handover_send(joiner->socket_fd, MESSAGE_MASTER, 0, master_fd, err);
}

static int find_program(struct joiner *joiner, struct error *err)
{
    return program_find(joiner->root_fd, joiner->exec->process, &joiner->program, err);
}

static int label(struct joiner *joiner, struct error *err)
{
    const struct plan_process *process = joiner->exec->process;
    auto_close int procfs_fd = -1;

    if (!process->apparmor_profile && !process->selinux_label)
        return 0;
    if (rootpath_open(joiner->root_fd, "/proc", false, ROOTPATH_MUST_EXIST, &procfs_fd, err) < 0)
        return -err->errnum;
    return confine_label(process, procfs_fd, err);
}

static int confine(struct joiner *joiner, struct error *err)
{
    const struct plan_process *process = joiner->exec->process;

    if (confine_descriptors(process, joiner->exec->n_preserve_fds, &joiner->socket_fd, err) < 0 ||
        confine_rights(process, err) < 0 || confine_denylist(process, err) < 0)
        return -err->errnum;
    return 0;
}

static int execute(struct joiner *joiner, struct error *err)
{
    const struct plan_process *process = joiner->exec->process;

    if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0)
        return error_system(err, "clear the parent-death signal");
    if (handover_send(joiner->socket_fd, MESSAGE_CONFINED, 0, -1, err) < 0 ||
        handover_expect(joiner->socket_fd, false, MESSAGE_GO, err) < 0 ||
        confine_caller_filter(process, joiner->ignored_signals, err) < 0)
        return -err->errnum;
    return confine_execute(process, joiner->program, err);
}

/* The order and its reasons are those of the launch (steps.c). */
static int (*const actions[])(struct joiner *, struct error *) = {
    become_own,   enter_cgroup, enter_namespaces, set_up_terminal,
    find_program, label,        confine,          execute,
};

__attribute__((noreturn)) static void run_joiner(struct joiner *joiner)
{
    struct error err = { 0 };

    for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
        if (actions[i](joiner, &err) < 0)
            break;
    error_wrap(&err, "unable to start container process");
    handover_send_error(joiner->socket_fd, &err);
    _exit(1);
}

/* --- its parent ----------------------------------------------------------------------------- */

/* What was opened before an error stays for the caller to close. */
static int open_init(const struct exec *exec, int *out_init_pidfd, int *out_home_fd,
                     struct error *err)
{
    const struct state *state = exec->state;

    if (pidfd_open_checked(state->pid, state->start_time, out_init_pidfd, err) < 0)
        return error_set(err, ERROR_SYSTEM, ESRCH, "cannot exec in a stopped container");
    if (state->phase == STATE_STARTED || state->home_fd < 0)
        return 0;
    *out_home_fd = pidfd_getfd(*out_init_pidfd, state->home_fd, 0);
    return *out_home_fd < 0 ? error_system(err, "get the home network namespace") : 0;
}

static int clone_joiner(struct exec *exec, const struct joiner *joiner, struct error *err)
{
    int cgroup_fd = cgroup_clone_fd(exec->cgroup);
    const struct clone_args arguments = {
        .flags = CLONE_PIDFD | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uint64_t)(uintptr_t)&exec->pidfd,
        .exit_signal = SIGCHLD,
        .cgroup = cgroup_fd >= 0 ? (uint64_t)cgroup_fd : 0,
    };

    /* For children only: the process that calls this stays where it is. */
    if (setns(joiner->init_pidfd, CLONE_NEWPID) < 0)
        return error_system(err, "join the pid namespace");
    exec->pid = sys_clone3(&arguments);
    return exec->pid < 0 ? error_system(err, "clone") : 0;
}

static int set_oom_score(const struct exec *exec, struct error *err)
{
    char path[40], value[16];

    if (!exec->process->has_oom_score_adj)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)exec->pid);
    snprintf(value, sizeof value, "%d", exec->process->oom_score_adj);
    return io_write_kernel_file_at(AT_FDCWD, path, value, err);
}

static int converse(struct exec *exec, int socket_fd, int console_fd, struct error *err)
{
    const struct plan_process *process = exec->process;
    const struct attest_expectation expectation = {
        .uid = process->host_uid,
        .gid = process->host_gid,
        .groups = attest_groups(exec->arena, process->host_groups, process->n_groups),
        .capabilities = process->capabilities,
    };
    struct message message;
    int result = set_oom_score(exec, err);

    if (result == 0 && process->terminal) {
        result = handover_receive(socket_fd, true, &message, err);
        if (result == 0 && message.kind != MESSAGE_MASTER)
            result = error_set(err, ERROR_SYSTEM, EPROTO, "the process sent no terminal");
        if (result == 0)
            result = console_take_master(console_fd, message.fd, &exec->master_fd, err);
    }
    if (result == 0)
        result = handover_expect(socket_fd, true, MESSAGE_CONFINED, err);
    if (result == 0)
        result = attest_process(exec->pid, &expectation, err);
    if (result == 0 && exec->pid_file)
        result = pid_file_write(exec->pid_file, exec->pid, err);
    if (result == 0)
        result = handover_send(socket_fd, MESSAGE_GO, 0, -1, err);
    return result == 0 ? handover_expect_end(socket_fd, err) : result;
}

static void kill_joiner(struct exec *exec)
{
    pidfd_send_signal(exec->pidfd, SIGKILL, NULL, 0);
    waitid(P_PIDFD, (id_t)exec->pidfd, NULL, WEXITED);
    scope_close(&exec->pidfd);
    exec->pidfd = -1;
    if (exec->pid_file)
        unlink(exec->pid_file);
}

int exec_process(struct exec *exec, struct error *err)
{
    auto_close int socket_fd = -1, joiner_socket_fd = -1, console_fd = -1, signal_fd = -1;
    auto_close int init_pidfd = -1, home_fd = -1;
    struct joiner joiner = { .exec = exec, .root_fd = -1 };
    int result = open_init(exec, &init_pidfd, &home_fd, err);

    exec->pidfd = exec->master_fd = exec->signal_fd = -1;
    joiner.init_pidfd = init_pidfd;
    joiner.home_fd = home_fd;
    if (result == 0 && exec->console_socket)
        result = terminal_connect(exec->console_socket, &console_fd, err);
    if (result == 0)
        result = handover_open(&socket_fd, &joiner_socket_fd, err);
    if (result == 0)
        result = signals_ignored(&joiner.ignored_signals, err);
    if (result == 0)
        result = signals_block_all(&signal_fd, err);
    if (result == 0)
        result = clone_joiner(exec, &joiner, err);
    if (result < 0)
        return result;
    if (exec->pid == 0) {
        close(take_fd(&socket_fd));
        joiner.socket_fd = take_fd(&joiner_socket_fd);
        run_joiner(&joiner);
    }
    close(take_fd(&joiner_socket_fd));
    if (converse(exec, socket_fd, console_fd, err) < 0) {
        kill_joiner(exec);
        return -err->errnum;
    }
    exec->signal_fd = take_fd(&signal_fd);
    return 0;
}
