/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/lifecycle.h"

#include <errno.h>
#include <signal.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/kill.h"
#include "agentrun/container/remove.h"
#include "agentrun/linux/cgroup.h"
#include "agentrun/linux/signals.h"

/* Somebody who changes a container is done within this time, or hangs. */
#define LOCK_TIMEOUT_MS 10000

static int load(struct context *context, const char *id, struct state *out_state, struct error *err)
{
    auto_close int state_fd = -1;
    int result = context_open_state(context, id, NULL, &state_fd, err);

    return result < 0 ? result : state_read(context->arena, state_fd, out_state, err);
}

static int load_with_status(struct context *context, const char *id,
                            struct cgroup_host *out_cgroups, struct state *out_state,
                            enum state_status *out_status, struct error *err)
{
    int result = load(context, id, out_state, err);

    if (result == 0)
        result = cgroup_discover(context->arena, out_cgroups, err);
    if (result == 0)
        result = state_status(out_state, out_cgroups, out_status, err);
    return result;
}

int pipeline_state(struct context *context, const char *id, struct state *out_state,
                   enum state_status *out_status, struct error *err)
{
    struct cgroup_host cgroups;

    return load_with_status(context, id, &cgroups, out_state, out_status, err);
}

int pipeline_describe(struct context *context, const char *id, struct json_writer *writer,
                      struct error *err)
{
    struct state state;
    enum state_status status = STATUS_STOPPED;
    int result = pipeline_state(context, id, &state, &status, err);

    if (result < 0)
        return result;
    state_encode(writer, &state, status, "");
    return 0;
}

int pipeline_list(struct context *context, struct pipeline_entry **out_entries,
                  size_t *out_n_entries, struct error *err)
{
    auto_close int root_fd = -1;
    struct pipeline_entry *entries;
    const char **ids = NULL;
    size_t n_ids = 0, n_entries = 0;
    int result = state_open_root(context->root, false, &root_fd, err);

    if (result < 0 && result != -ENOENT)
        return result;
    if (result == 0)
        result = state_list(context->arena, root_fd, &ids, &n_ids, err);
    if (result < 0 && result != -ENOENT)
        return result;
    entries = ARENA_NEW_ARRAY(context->arena, struct pipeline_entry, n_ids);
    for (size_t i = 0; i < n_ids; i++) {
        struct pipeline_entry *entry = &entries[n_entries];

        if (pipeline_state(context, ids[i], &entry->state, &entry->status, err) < 0)
            log_write(context->log, LOG_INFO, "list: '%s' is left out: %s", ids[i], err->text);
        else
            n_entries++;
    }
    *out_entries = entries;
    *out_n_entries = n_entries;
    return 0;
}

/* What is only half made dies with its creator, which may hang in a hook. Other signals find
 * nobody; "container not running" would tell the engine that it is dead already. */
static int kill_maker(const struct state *state, int signal, struct error *err)
{
    if (signal == SIGKILL)
        return container_end_maker(state, err);
    return error_set(err, ERROR_SYSTEM, EBUSY, "the container is still being created");
}

int pipeline_kill(struct context *context, const char *id, const char *signal_text, bool all,
                  struct error *err)
{
    struct cgroup_host cgroups;
    struct state state = { 0 };
    int signal = 0;
    int result = signal_parse(signal_text, &signal, err);

    if (result == 0)
        result = load(context, id, &state, err);
    if (result == 0 && (all || signal == SIGKILL))
        result = cgroup_discover(context->arena, &cgroups, err);
    if (result < 0)
        return result;
    if (state.phase == STATE_CREATING && state_maker_is_alive(&state))
        return kill_maker(&state, signal, err);
    if (all)
        return container_signal_all(context->arena, &state, &cgroups, signal, err);
    return container_signal_init(&state, &cgroups, signal, err);
}

/* Freeze or thaw under the lock, provided that the status permits it. */
static int set_frozen(struct context *context, const char *id, bool frozen, struct error *err)
{
    auto_close int state_fd = -1;
    int lock_fd = -1;
    struct cgroup_host cgroups;
    struct cgroup cgroup;
    struct state state;
    enum state_status status = STATUS_STOPPED;
    int result = context_open_state(context, id, NULL, &state_fd, err);

    if (result == 0)
        result = state_lock(state_fd, LOCK_TIMEOUT_MS, &lock_fd, err);
    if (result < 0)
        return result;
    result = load_with_status(context, id, &cgroups, &state, &status, err);
    if (result < 0)
        goto unlock;
    /* A start would wait for a frozen init for ever. */
    if (status == STATUS_STOPPED || status == STATUS_CREATING ||
        (frozen && status == STATUS_CREATED))
        result = error_set(err, ERROR_SYSTEM, ESRCH, "container not running");
    else if (!frozen && status != STATUS_PAUSED)
        result = error_set(err, ERROR_SYSTEM, EINVAL, "container not paused");
    else
        result = container_open_cgroup(&state, &cgroups, &cgroup, err);
    if (result < 0)
        goto unlock;
    result = cgroup_freeze(&cgroup, frozen, err);
    cgroup_close(&cgroup);
unlock:
    state_unlock(&lock_fd);
    return result;
}

int pipeline_pause(struct context *context, const char *id, struct error *err)
{
    return set_frozen(context, id, true, err);
}

int pipeline_resume(struct context *context, const char *id, struct error *err)
{
    return set_frozen(context, id, false, err);
}

/* Without a control group of its own, init is all that is known. */
static int init_pid(struct context *context, const struct state *state, enum state_status status,
                    pid_t **out_pids, size_t *out_n_pids)
{
    pid_t *pids = ARENA_NEW(context->arena, pid_t);

    pids[0] = state->pid;
    *out_pids = pids;
    *out_n_pids = status == STATUS_STOPPED || state->pid == 0 ? 0 : 1;
    return 0;
}

int pipeline_pids(struct context *context, const char *id, pid_t **out_pids, size_t *out_n_pids,
                  struct error *err)
{
    struct cgroup_host cgroups;
    struct cgroup cgroup;
    struct state state;
    enum state_status status = STATUS_STOPPED;
    int result = load_with_status(context, id, &cgroups, &state, &status, err);

    if (result < 0)
        return result;
    result = container_open_cgroup(&state, &cgroups, &cgroup, err);
    if (result == -ENOENT)
        return init_pid(context, &state, status, out_pids, out_n_pids);
    if (result < 0)
        return result;
    result = cgroup_pids(context->arena, &cgroup, out_pids, out_n_pids, err);
    cgroup_close(&cgroup);
    return result;
}
