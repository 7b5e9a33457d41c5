/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/sys.h"
#include "agentrun/linux/capability.h"
#include "agentrun/linux/descriptors.h"
#include "agentrun/linux/ids.h"
#include "agentrun/linux/landlock.h"
#include "agentrun/linux/lsm.h"
#include "agentrun/linux/rlimit.h"
#include "agentrun/linux/signals.h"

static int keep_preserved(unsigned n_preserve_fds, struct error *err)
{
    for (int fd = 3; fd < 3 + (int)n_preserve_fds; fd++)
        if (fcntl(fd, F_SETFD, 0) < 0)
            return error_system(err, "preserved descriptor %d", fd);
    return 0;
}

/* chdir may have ended outside of the root through a link to a descriptor that was still open when
 * the link was made (CVE-2024-21626); the kernel then says "(unreachable)". */
static int enter_directory(const char *path, struct error *err)
{
    char resolved[PATH_MAX];

    if (chdir(path) < 0)
        return error_system(err, "chdir to cwd (\"%s\") set in config.json failed", path);
    if (sys_getcwd(resolved, sizeof resolved) < 0)
        return error_system(err, "ask for the working directory");
    if (resolved[0] != '/')
        return error_set(err, ERROR_SPEC, EXDEV, "the working directory lies outside the root");
    return 0;
}

int confine_descriptors(const struct plan_process *process, unsigned n_preserve_fds, int *socket_fd,
                        struct error *err)
{
    int wanted = 3 + (int)n_preserve_fds;

    if (*socket_fd != wanted) {
        if (dup3(*socket_fd, wanted, O_CLOEXEC) < 0)
            return error_system(err, "move the socket");
        *socket_fd = wanted;
    }
    if (descriptors_close_from(wanted + 1, err) < 0 || keep_preserved(n_preserve_fds, err) < 0)
        return -err->errnum;
    return enter_directory(process->cwd, err);
}

int confine_label(const struct plan_process *process, int procfs_fd, struct error *err)
{
    if (!process->apparmor_profile && !process->selinux_label)
        return 0;
    return lsm_set_exec_label(procfs_fd, process->apparmor_profile, process->selinux_label, err);
}

static int apply_limits(const struct plan_process *process, struct error *err)
{
    for (size_t i = 0; i < process->n_rlimits; i++) {
        const struct plan_rlimit *limit = &process->rlimits[i];

        if (rlimit_apply(limit->resource, limit->soft, limit->hard, err) < 0)
            return -err->errnum;
    }
    umask(process->umask);
    return 0;
}

static int apply_ids(const struct plan_process *process, struct error *err)
{
    const struct plan_capabilities *capabilities = &process->capabilities;

    if (capability_drop_bounding(capabilities->bounding, err) < 0)
        return -err->errnum;
    if (capabilities->permitted && capability_keep_permitted(err) < 0)
        return -err->errnum;
    if (ids_apply(process->uid, process->gid, process->groups, process->n_groups, err) < 0)
        return -err->errnum;
    return capability_apply(capabilities->effective, capabilities->permitted,
                            capabilities->inheritable, capabilities->ambient, err);
}

int confine_rights(const struct plan_process *process, struct error *err)
{
    if (apply_limits(process, err) < 0 || apply_ids(process, err) < 0)
        return -err->errnum;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return error_system(err, "set no_new_privs");
    return landlock_restrict(process->landlock.handled_access_net, process->landlock.scoped, err);
}

static int install_filter(const struct plan_process *process, enum plan_filter filter,
                          struct error *err)
{
    const struct filter_program *planned = &process->filters[filter];
    const struct sock_fprog program = {
        .len = planned->n_instructions,
        .filter = (struct sock_filter *)(uintptr_t)planned->instructions,
    };

    if (planned->n_instructions == 0)
        return 0;
    if (sys_seccomp(SECCOMP_SET_MODE_FILTER, planned->flags, &program) < 0)
        return error_system(err, "seccomp filter of %u instructions", planned->n_instructions);
    return 0;
}

int confine_denylist(const struct plan_process *process, struct error *err)
{
    return install_filter(process, PLAN_FILTER_DENYLIST, err);
}

/* Behind a caller's filter the ENOSYS layer is best effort: a profile that forbids seccomp(2) may
 * have closed the door, and what the layer would answer is denied all the same. */
int confine_caller_filter(const struct plan_process *process, uint64_t ignored_signals,
                          struct error *err)
{
    bool is_asked_for = process->filters[PLAN_FILTER_CALLER].n_instructions > 0;

    if (signals_reset(ignored_signals, err) < 0)
        return -err->errnum;
    if (install_filter(process, PLAN_FILTER_CALLER, err) < 0)
        return -err->errnum;
    if (install_filter(process, PLAN_FILTER_ENOSYS, err) < 0 && !is_asked_for)
        return -err->errnum;
    return 0;
}

int confine_execute(const struct plan_process *process, const char *program, struct error *err)
{
    execve(program, (char *const *)(uintptr_t)process->argv,
           (char *const *)(uintptr_t)process->envp);
    return error_system(err, "exec %s", program);
}
