/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/delete.h"

#include <errno.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/remove.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/pipeline/poststop.h"

#define LOCK_TIMEOUT_MS          10000
#define LOCK_TIMEOUT_FORCE_MS    2000
#define LOCK_TIMEOUT_ORPHANED_MS 100

/* The directory of the container that is deleted, locked if possible. */
struct target {
    const char *id;
    int root_fd, state_fd, lock_fd;
    bool has_state; /* false: half made, state.json is still missing */
    struct state state;
    struct cgroup_host cgroups;
    struct poststop poststop;
};

static int read_target(struct context *context, struct target *target, struct error *err)
{
    int result = state_read(context->arena, target->state_fd, &target->state, err);

    target->has_state = result == 0;
    return result == -ENOENT ? 0 : result;
}

/* A creator that hangs keeps the lock. Forced, we end it and go on; init, which may have inherited
 * the lock, is ended by what follows. */
static int lock_target(struct context *context, struct target *target, bool force,
                       struct error *err)
{
    int result = state_lock(target->state_fd, force ? LOCK_TIMEOUT_FORCE_MS : LOCK_TIMEOUT_MS,
                            &target->lock_fd, err);

    if (result != -ETIMEDOUT || !force)
        return result;
    result = read_target(context, target, err);
    if (result == 0 && target->has_state)
        result = container_end_maker(&target->state, err);
    if (result == 0)
        result = state_lock(target->state_fd, LOCK_TIMEOUT_ORPHANED_MS, &target->lock_fd, err);
    return result == -ETIMEDOUT ? 0 : result;
}

static int check_status(const struct target *target, struct error *err)
{
    enum state_status status = STATUS_STOPPED;
    int result = state_status(&target->state, &target->cgroups, &status, err);

    if (result < 0)
        return result;
    if (status != STATUS_STOPPED && status != STATUS_CREATED)
        return error_set(err, ERROR_USAGE, EBUSY,
                         "cannot delete container %s that is not stopped: %s", target->id,
                         state_status_name(status));
    return 0;
}

static int delete_locked(struct context *context, struct target *target, bool force,
                         struct error *err)
{
    int result = read_target(context, target, err);

    if (result < 0)
        return result;
    if (!target->has_state)
        return state_remove(target->root_fd, target->id, err);
    result = cgroup_discover(context->arena, &target->cgroups, err);
    if (result == 0 && !force)
        result = check_status(target, err);
    if (result < 0)
        return result;
    poststop_load(context, target->state_fd, &target->state, &target->poststop);
    return container_remove(context->arena, target->root_fd, &target->state, &target->cgroups, err);
}

int pipeline_delete(struct context *context, const char *id, bool force, struct error *err)
{
    auto_close int root_fd = -1, state_fd = -1;
    struct target target = { .id = id, .lock_fd = -1 };
    int result = context_open_state(context, id, &root_fd, &state_fd, err);

    if (result == 0) {
        target.root_fd = root_fd;
        target.state_fd = state_fd;
        result = lock_target(context, &target, force, err);
    }
    if (result == -ENOENT && force) /* never made, or somebody else was quicker */
        return 0;
    if (result == 0)
        result = delete_locked(context, &target, force, err);
    state_unlock(&target.lock_fd);
    if (result == 0)
        poststop_run(context, &target.poststop);
    return result;
}
