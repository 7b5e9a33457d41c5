/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/kill.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/pidfd.h"

#define MAX_STATUS_BYTES 16384

int container_open_cgroup(const struct state *state, const struct cgroup_host *cgroups,
                          struct cgroup *out_cgroup, struct error *err)
{
    if (!state->cgroup_path || cgroups->version == CGROUP_NONE)
        return error_set(err, ERROR_SYSTEM, ENOENT, "the container has no control group");
    return cgroup_open(cgroups, state->cgroup_path, out_cgroup, err);
}

/* The kernel kills a pid namespace with its pid 1: the last number of NSpid in /proc/PID/status. */
static bool leads_pid_namespace(pid_t pid)
{
    char path[32], text[MAX_STATUS_BYTES];
    struct error ignored;
    const char *line, *end;

    if (io_format(path, sizeof path, &ignored, "/proc/%d/status", pid) < 0 ||
        io_read_kernel_file_at(AT_FDCWD, path, text, sizeof text, &ignored) < 0)
        return false;
    line = strstr(text, "\nNSpid:");
    if (!line)
        return false;
    end = strchrnul(line + 1, '\n');
    return end - line > 3 && end[-2] == '\t' && end[-1] == '1';
}

/* v1 keeps even SIGKILL from a frozen process until it is thawed. */
static int finish_kill(const struct state *state, const struct cgroup_host *cgroups, bool whole,
                       struct error *err)
{
    struct cgroup cgroup;
    bool frozen = false;
    int result = container_open_cgroup(state, cgroups, &cgroup, err);

    if (result < 0)
        return result == -ENOENT ? 0 : result;
    if (whole)
        result = cgroup_kill(&cgroup, err);
    else
        result = cgroup_is_frozen(&cgroup, &frozen, err);
    if (result == 0 && frozen)
        result = cgroup_freeze(&cgroup, false, err);
    cgroup_close(&cgroup);
    return result;
}

int container_signal_init(const struct state *state, const struct cgroup_host *cgroups, int signal,
                          struct error *err)
{
    auto_close int pidfd = -1;
    bool takes_all_along = false;
    int result = -ESRCH;

    if (state->pid > 0)
        result = pidfd_open_checked(state->pid, state->start_time, &pidfd, err);
    if (result == 0) {
        takes_all_along = signal != SIGKILL || leads_pid_namespace(state->pid);
        result = pidfd_signal(pidfd, signal, err);
    }
    if (result == -ESRCH)
        return error_set(err, ERROR_SYSTEM, ESRCH, "container not running");
    if (result < 0 || signal != SIGKILL)
        return result;
    return finish_kill(state, cgroups, !takes_all_along, err);
}

/* Between the look at the pid and the opening it may have become another process: so look at its
 * start before and let pidfd_open_checked compare. */
static int signal_process(pid_t pid, int signal, struct error *err)
{
    auto_close int pidfd = -1;
    struct process_status status;
    int result = process_read_status(pid, &status, err);

    if (result == 0)
        result = pidfd_open_checked(pid, status.start_time, &pidfd, err);
    if (result == 0)
        result = pidfd_signal(pidfd, signal, err);
    return result == -ESRCH ? 0 : result;
}

int container_signal_all(struct arena *arena, const struct state *state,
                         const struct cgroup_host *cgroups, int signal, struct error *err)
{
    struct cgroup cgroup;
    pid_t *pids = NULL;
    size_t n_pids = 0;
    int result = container_open_cgroup(state, cgroups, &cgroup, err);

    if (result == -ENOENT) { /* init is all there can be */
        result = container_signal_init(state, cgroups, signal, err);
        return result == -ESRCH ? 0 : result;
    }
    if (result < 0)
        return result;
    if (signal == SIGKILL)
        result = cgroup_kill(&cgroup, err);
    else
        result = cgroup_pids(arena, &cgroup, &pids, &n_pids, err);
    for (size_t i = 0; result == 0 && i < n_pids; i++)
        result = signal_process(pids[i], signal, err);
    cgroup_close(&cgroup);
    return result;
}
