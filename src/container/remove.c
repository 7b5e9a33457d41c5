/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/remove.h"

#include <errno.h>
#include <signal.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/kill.h"
#include "agentrun/linux/pidfd.h"

#define END_TIMEOUT_MS       10000
#define MAKER_END_TIMEOUT_MS 1000

/* Kill init and wait until it has ended; a zombie has. */
static int end_init(const struct state *state, const struct cgroup_host *cgroups, struct error *err)
{
    auto_close int pidfd = -1;
    int result;

    if (state->pid <= 0)
        return 0;
    result = pidfd_open_checked(state->pid, state->start_time, &pidfd, err);
    if (result == 0)
        result = container_signal_init(state, cgroups, SIGKILL, err);
    if (result == 0)
        result = pidfd_wait_end(pidfd, END_TIMEOUT_MS, err);
    if (result == -ETIMEDOUT)
        return error_set(err, ERROR_SYSTEM, ETIMEDOUT, "container init still running");
    return result == -ESRCH ? 0 : result;
}

/* A foreign process in the group would make its removal fail, and the next create of this id. */
static int remove_cgroup(struct arena *arena, const struct state *state,
                         const struct cgroup_host *cgroups, struct error *err)
{
    struct cgroup cgroup;
    pid_t *pids;
    size_t n_pids;
    int result;

    /* With its pid namespace gone there is nearly always nothing in it. */
    if (!state->cgroup_path || cgroup_remove_empty(cgroups, state->cgroup_path, err) == 0)
        return 0;
    result = container_open_cgroup(state, cgroups, &cgroup, err);
    if (result < 0)
        return result == -ENOENT ? 0 : result;
    result = cgroup_pids(arena, &cgroup, &pids, &n_pids, err);
    if (result == 0 && n_pids > 0)
        result = cgroup_kill(&cgroup, err);
    cgroup_close(&cgroup);
    if (result < 0 && result != -ENOENT)
        return result;
    return cgroup_remove(cgroups, state->cgroup_path, err);
}

int container_remove(struct arena *arena, int root_fd, const struct state *state,
                     const struct cgroup_host *cgroups, struct error *err)
{
    int result = end_init(state, cgroups, err);

    if (result == 0)
        result = remove_cgroup(arena, state, cgroups, err);
    if (result == 0)
        result = state_remove(root_fd, state->id, err);
    return result;
}

int container_end_maker(const struct state *state, struct error *err)
{
    auto_close int pidfd = -1;
    int result;

    if (state->phase != STATE_CREATING || state->maker_pid <= 0)
        return 0;
    result = pidfd_open_checked(state->maker_pid, state->maker_start_time, &pidfd, err);
    if (result == 0)
        result = pidfd_signal(pidfd, SIGKILL, err);
    if (result == 0)
        result = pidfd_wait_end(pidfd, MAKER_END_TIMEOUT_MS, err);
    return result == -ESRCH ? 0 : result;
}

/* Remove what a dead creator left. -EEXIST: it is a container, or somebody is at work on it. */
static int remove_half_made(struct arena *arena, int root_fd, const char *id,
                            const struct cgroup_host *cgroups, struct error *err)
{
    auto_close int state_fd = -1;
    int lock_fd = -1;
    struct state state;
    int result = state_open(root_fd, id, &state_fd, err);

    if (result == 0)
        result = state_lock(state_fd, 0, &lock_fd, err);
    if (result < 0)
        return result == -ENOENT ? 0 : -EEXIST;
    result = state_read(arena, state_fd, &state, err);
    if (result == -ENOENT)
        result = state_remove(root_fd, id, err);
    else if (result == 0 && state.phase == STATE_CREATING && !state_maker_is_alive(&state))
        result = container_remove(arena, root_fd, &state, cgroups, err);
    else
        result = -EEXIST;
    state_unlock(&lock_fd);
    return result;
}

int container_claim(struct arena *arena, int root_fd, const char *id,
                    const struct cgroup_host *cgroups, int *out_state_fd, struct error *err)
{
    struct error reason;
    int result = state_create(root_fd, id, out_state_fd, err);

    if (result != -EEXIST)
        return result;
    result = remove_half_made(arena, root_fd, id, cgroups, &reason);
    if (result == -EEXIST)
        return result; /* with the words of state_create */
    if (result < 0) {
        *err = reason;
        return error_wrap(err, "remove the half-made container of the same ID");
    }
    return state_create(root_fd, id, out_state_fd, err);
}
