/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/init.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/confine.h"
#include "agentrun/container/console.h"
#include "agentrun/container/handover.h"
#include "agentrun/container/hooks.h"
#include "agentrun/container/own_process.h"
#include "agentrun/container/program.h"
#include "agentrun/container/rootfs.h"
#include "agentrun/container/steps.h"
#include "agentrun/container/trace.h"
#include "agentrun/linux/ids.h"
#include "agentrun/linux/network.h"
#include "agentrun/linux/signals.h"
#include "agentrun/linux/sysctl.h"

#define EXIT_FAILED 1

static int wait_for_id_maps(struct init *init, struct error *err)
{
    if (!init->plan->uid_map)
        return 0;
    if (handover_expect(init->socket_fd, false, MESSAGE_MAPPED, err) < 0)
        return -err->errnum;
    return ids_apply(0, 0, NULL, 0, err);
}

static int become_own(struct init *init, struct error *err)
{
    /* The modes of the plan are meant as they stand; the program gets its own umask. */
    umask(0);
    return own_process_become(init->plan->new_keyring, err);
}

/* Through the procfs that nobody but us can reach yet, and where net.* means home's. */
static int write_sysctls(struct init *init, struct error *err)
{
    const struct plan *plan = init->plan;

    if (plan->n_sysctls > 0 && init->procfs_fd < 0)
        return error_set(err, ERROR_SPEC, EINVAL,
                         "linux.sysctl: the container has no /proc to set them through");
    for (size_t i = 0; i < plan->n_sysctls; i++)
        if (sysctl_write(init->procfs_fd, plan->sysctls[i].path, plan->sysctls[i].value, err) < 0)
            return error_wrap(err, "%s", plan->sysctls[i].place);
    return 0;
}

static int set_up_home(struct init *init, struct error *err)
{
    int *home_fd = init->plan->decoy == PLAN_DECOY_NONE ? NULL : &init->home_fd;

    if (network_bring_up_loopback(home_fd, err) < 0 || rootfs_make_at_home(init, err) < 0)
        return -err->errnum;
    return write_sysctls(init, err);
}

static int enter_decoy(struct init *init, struct error *err)
{
    const struct plan *plan = init->plan;

    if (plan->decoy == PLAN_DECOY_FRESH && unshare(CLONE_NEWNET) < 0)
        return error_system(err, "new network namespace");
    if (plan->decoy == PLAN_DECOY_PATH &&
        setns(plan->descriptors[plan->decoy_descriptor].fd, CLONE_NEWNET) < 0)
        return error_system(err, "join '%s'", plan->descriptors[plan->decoy_descriptor].path);
    return 0;
}

static int enter_cgroup(struct init *init, struct error *err)
{
    if (init->cgroup->version == CGROUP_NONE)
        return 0;
    if (!init->is_in_cgroup && cgroup_enter(init->cgroup, err) < 0)
        return -err->errnum;
    if (init->plan->new_cgroup_namespace && unshare(CLONE_NEWCGROUP) < 0)
        return error_system(err, "new cgroup namespace");
    return 0;
}

static int run_hooks(struct init *init, struct error *err)
{
    if (init->has_runtime_hooks) {
        if (handover_send(init->socket_fd, MESSAGE_HOOKS, 0, -1, err) < 0 ||
            handover_expect(init->socket_fd, false, MESSAGE_HOOKS_RAN, err) < 0)
            return -err->errnum;
    }
    return hooks_run(&init->plan->hooks[PLAN_HOOK_CREATE_CONTAINER], PLAN_HOOK_CREATE_CONTAINER,
                     init->state_json, init->n_state_json_bytes, err);
}

static int change_root(struct init *init, struct error *err)
{
    return rootfs_pivot(init, err);
}

static int set_identity(struct init *init, struct error *err)
{
    const struct plan *plan = init->plan;

    if (plan->hostname && sethostname(plan->hostname, strlen(plan->hostname)) < 0)
        return error_system(err, "hostname '%s'", plan->hostname);
    if (plan->domainname && setdomainname(plan->domainname, strlen(plan->domainname)) < 0)
        return error_system(err, "domainname '%s'", plan->domainname);
    return 0;
}

static int set_up_terminal(struct init *init, struct error *err)
{
    auto_close int master_fd = -1;

    if (!init->plan->has_process || !init->plan->process.terminal)
        return 0;
    if (console_set_up(&init->plan->process, init->devpts_fd, init->root_fd, &master_fd, err) < 0)
        return -err->errnum;
    return handover_send(init->socket_fd, MESSAGE_MASTER, 0, master_fd, err);
}

static int find_program(struct init *init, struct error *err)
{
    if (!init->plan->has_process)
        return 0;
    return program_find(init->root_fd, &init->plan->process, &init->program, err);
}

/* Pid 1 of a pid namespace ignores what it has no handler for, so a created container could not be
 * ended by SIGTERM; we read the signals instead and end as they would have it. */
static void die_of_signal(const struct init *init)
{
    struct signalfd_siginfo info;

    if (read(init->signal_fd, &info, sizeof info) == sizeof info &&
        signal_ends_process((int)info.ssi_signo))
        _exit(128 + (int)info.ssi_signo);
}

static int accept_start(struct init *init, struct error *err)
{
    struct pollfd waits[] = {
        { .fd = init->gate_fd, .events = POLLIN },
        { .fd = init->signal_fd, .events = POLLIN },
    };

    for (;;) {
        if (poll(waits, ARRAY_SIZE(waits), -1) < 0 && errno != EINTR)
            return error_system(err, "poll");
        if (waits[1].revents)
            die_of_signal(init);
        if (waits[0].revents)
            break;
    }
    init->socket_fd = accept4(init->gate_fd, NULL, NULL, SOCK_CLOEXEC);
    return init->socket_fd < 0 ? error_system(err, "accept") : 0;
}

static int wait_at_gate(struct init *init, struct error *err)
{
    struct message message = { 0 };

    if (init->gate_fd < 0)
        return 0;
    /* From here on the end of the conversation, not of P itself, means that something went wrong.
     */
    if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0)
        return error_system(err, "clear the parent-death signal");
    if (handover_send(init->socket_fd, MESSAGE_WAITING, init->home_fd, -1, err) < 0 ||
        handover_expect(init->socket_fd, false, MESSAGE_RELEASED, err) < 0)
        return -err->errnum;
    /* A start that dies half way leaves us waiting for the next. */
    do {
        close(init->socket_fd);
        if (accept_start(init, err) < 0 ||
            handover_receive(init->socket_fd, false, &message, err) < 0)
            return -err->errnum;
    } while (message.kind != MESSAGE_PREPARE);
    return 0;
}

static int run_start_hooks(struct init *init, struct error *err)
{
    return hooks_run(&init->plan->hooks[PLAN_HOOK_START_CONTAINER], PLAN_HOOK_START_CONTAINER,
                     init->state_json, init->n_state_json_bytes, err);
}

static int go_home(struct init *init, struct error *err)
{
    /* Without a decoy there is neither an engine nor a hook that could have found the home. */
    if (init->plan->decoy == PLAN_DECOY_NONE)
        return 0;
    if (setns(init->home_fd, CLONE_NEWNET) < 0)
        return error_system(err, "setns");
    return network_check_isolated(err);
}

static int close_descriptors(struct init *init, struct error *err)
{
    const struct plan_process *process = &init->plan->process;

    if (!init->plan->has_process)
        return error_set(err, ERROR_SPEC, EINVAL, "the container has no process to start");
    if (confine_label(process, init->procfs_fd, err) < 0)
        return -err->errnum;
    init->trace_fd = -1;
    return confine_descriptors(process, init->n_preserve_fds, &init->socket_fd, err);
}

static int give_up_rights(struct init *init, struct error *err)
{
    return confine_rights(&init->plan->process, err);
}

static int install_denylist(struct init *init, struct error *err)
{
    return confine_denylist(&init->plan->process, err);
}

static int be_attested(struct init *init, struct error *err)
{
    /* The program may outlive P; from here on the end of the conversation tells us. A change of the
     * user has cleared the signal already. */
    if (init->gate_fd < 0 && init->plan->process.uid == 0 &&
        prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) < 0)
        return error_system(err, "clear the parent-death signal");
    if (handover_send(init->socket_fd, MESSAGE_CONFINED, 0, -1, err) < 0)
        return -err->errnum;
    return handover_expect(init->socket_fd, false, MESSAGE_GO, err);
}

static int install_caller_filter(struct init *init, struct error *err)
{
    return confine_caller_filter(&init->plan->process, init->ignored_signals, err);
}

static int execute(struct init *init, struct error *err)
{
    return confine_execute(&init->plan->process, init->program, err);
}

static const struct {
    enum launch_step step;
    int (*run)(struct init *, struct error *);
} actions[] = {
    { STEP_ID_MAPS, wait_for_id_maps },
    { STEP_OWN, become_own },
    { STEP_HOME, set_up_home },
    { STEP_DECOY, enter_decoy },
    { STEP_MOUNTS, rootfs_mount },
    { STEP_ENTER_CGROUP, enter_cgroup },
    { STEP_HOOKS, run_hooks },
    { STEP_PIVOT, change_root },
    { STEP_IDENTITY, set_identity },
    { STEP_TERMINAL, set_up_terminal },
    { STEP_PROGRAM, find_program },
    { STEP_GATE, wait_at_gate },
    { STEP_START_HOOKS, run_start_hooks },
    { STEP_GO_HOME, go_home },
    { STEP_DESCRIPTORS, close_descriptors },
    { STEP_RIGHTS, give_up_rights },
    { STEP_DENYLIST, install_denylist },
    { STEP_ATTEST, be_attested },
    { STEP_CALLER_FILTER, install_caller_filter },
    { STEP_EXEC, execute },
};

/* Messages that engines search for the program's name stay as they are. */
static void add_context(enum launch_step step, struct error *err)
{
    if (step != STEP_PROGRAM && step != STEP_EXEC)
        error_wrap(err, "%s", launch_steps[step].what);
    error_wrap(err, "unable to start container process");
}

void init_run(struct init *init)
{
    struct error err = { 0 };

    init->root_fd = init->home_fd = init->procfs_fd = init->devpts_fd = init->null_fd = -1;
    init->sysfs_fd = init->dev_fd = init->mask_directory_fd = -1;
    for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
        if (actions[i].run(init, &err) < 0) {
            add_context(actions[i].step, &err);
            handover_send_error(init->socket_fd, &err);
            break;
        }
        trace_mark(init->trace_fd, "I", launch_steps[actions[i].step].what);
    }
    _exit(EXIT_FAILED);
}
