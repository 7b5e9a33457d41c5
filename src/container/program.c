/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/program.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/rootpath.h"

static bool is_member(const struct plan_process *process, gid_t gid)
{
    bool found = process->gid == gid;

    for (size_t i = 0; i < process->n_groups; i++)
        found = found || process->groups[i] == gid;
    return found;
}

/* Which of the three execute bits counts for the ids of the process. */
static bool may_execute(const struct stat *st, const struct plan_process *process)
{
    if (process->uid == 0)
        return st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);
    if (st->st_uid == process->uid)
        return st->st_mode & S_IXUSR;
    if (is_member(process, st->st_gid))
        return st->st_mode & S_IXGRP;
    return st->st_mode & S_IXOTH;
}

static int examine(int root_fd, const struct plan_process *process, const char *path)
{
    auto_close_late int fd = -1;
    struct error ignored;
    struct stat st;
    int result = rootpath_open(root_fd, path, true, ROOTPATH_MUST_EXIST, &fd, &ignored);

    if (result < 0)
        return result;
    if (fstat(fd, &st) < 0)
        return -errno;
    return S_ISREG(st.st_mode) && may_execute(&st, process) ? 0 : -EACCES;
}

static int not_found(const struct plan_process *process, int errnum, struct error *err)
{
    if (process->searched_in_path && errnum != EACCES)
        return error_set(err, ERROR_SPEC, errnum,
                         "exec: \"%s\": executable file not found in $PATH", process->command);
    if (errnum == EACCES)
        return error_set(err, ERROR_SPEC, errnum, "exec: \"%s\": permission denied",
                         process->command);
    return error_errno(err, errnum, "exec: \"%s\": stat %s", process->command, process->command);
}

int program_find(int root_fd, const struct plan_process *process, const char **out_program,
                 struct error *err)
{
    int first_errnum = ENOENT;

    for (size_t i = 0; i < process->n_candidates; i++) {
        int result = examine(root_fd, process, process->candidates[i]);

        if (result == 0) {
            *out_program = process->candidates[i];
            return 0;
        }
        /* As execvp(3): what is there but may not be executed says more than what is not there. */
        if (result != -ENOENT && result != -ENOTDIR && first_errnum == ENOENT)
            first_errnum = -result;
        if (!process->searched_in_path)
            first_errnum = -result;
    }
    return not_found(process, first_errnum, err);
}
