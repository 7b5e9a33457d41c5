/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_kill.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "agentrun/linux/cgroup_tree.h"
#include "agentrun/linux/pidfd.h"

#define KILL_LIMIT_MS   10000
#define FREEZE_LIMIT_MS 2000
#define BATCH_SIZE      64

/* Processes whose descriptors are open. */
struct batch {
    int directory_fd;
    size_t n_members;
    struct batch_member {
        pid_t pid;
        int pidfd;
        bool is_seen; /* in the group, after the descriptor was opened */
    } members[BATCH_SIZE];
    size_t n_signalled; /* in all batches */
};

static int mark_seen(pid_t pid, void *context, struct error *err)
{
    struct batch *batch = context;

    (void)err;
    for (size_t i = 0; i < batch->n_members; i++)
        if (batch->members[i].pid == pid)
            batch->members[i].is_seen = true;
    return 0;
}

/* If the process of a descriptor lives, its pid was its own all the time; so what the group showed
 * under this pid was that process. */
static int signal_batch(struct batch *batch, struct error *err)
{
    int result = cgroup_tree_visit_pids(batch->directory_fd, mark_seen, batch, err);

    for (size_t i = 0; i < batch->n_members; i++) {
        if (result == 0 && batch->members[i].is_seen) {
            result = pidfd_signal(batch->members[i].pidfd, SIGKILL, err);
            if (result == 0)
                batch->n_signalled++;
            else if (result == -ESRCH)
                result = 0;
        }
        close(batch->members[i].pidfd);
    }
    batch->n_members = 0;
    return result;
}

static int add_to_batch(pid_t pid, void *context, struct error *err)
{
    struct batch *batch = context;
    int pidfd, result;

    if (pid == 0)
        return error_set(err, ERROR_SYSTEM, ESRCH, "a process is in another pid namespace");
    result = pidfd_open_process(pid, &pidfd, err);
    if (result < 0)
        return result == -ESRCH ? 0 : result;
    batch->members[batch->n_members++] = (struct batch_member){ pid, pidfd, false };
    return batch->n_members == BATCH_SIZE ? signal_batch(batch, err) : 0;
}

static int signal_members(int directory_fd, size_t *out_n_signalled, struct error *err)
{
    struct batch batch = { .directory_fd = directory_fd };
    struct error ignored;
    int result = cgroup_tree_visit_pids(directory_fd, add_to_batch, &batch, err);
    /* Whatever went wrong, those that were found get their signal. */
    int last = signal_batch(&batch, result < 0 ? &ignored : err);

    if (result == 0)
        result = last;
    if (result == 0)
        *out_n_signalled = batch.n_signalled;
    return result;
}

int cgroup_kill_members(const struct cgroup_driver *driver, const struct cgroup *cgroup,
                        struct error *err)
{
    struct backoff limit = backoff_start(KILL_LIMIT_MS);
    int directory_fd = cgroup_members_directory(cgroup);

    for (;;) {
        struct backoff freeze_limit = backoff_start(FREEZE_LIMIT_MS);
        size_t n_signalled = 0;
        struct error not_still;
        bool is_still = driver->freeze(cgroup, true, &freeze_limit, &not_still) == 0;
        int result = signal_members(directory_fd, &n_signalled, err);
        struct backoff thaw_limit = backoff_start(FREEZE_LIMIT_MS);
        struct error thaw_error;
        int thawed = driver->freeze(cgroup, false, &thaw_limit, &thaw_error);

        if (result < 0)
            return result;
        if (thawed < 0 && thawed != -ENOTSUP) {
            *err = thaw_error;
            return thawed;
        }
        if (is_still || n_signalled == 0)
            return 0;
        if (!backoff_wait(&limit))
            return error_set(err, ERROR_SYSTEM, ETIMEDOUT,
                             "cgroup '%s': processes appear faster than they are killed",
                             cgroup->path);
    }
}
