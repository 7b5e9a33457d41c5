/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

#define NO_ID ((uid_t)-1)

static int apply_groups(const gid_t *groups, size_t n_groups, struct error *err)
{
    int errnum;

    if (sys_setgroups(n_groups, groups) == 0)
        return 0;
    errnum = errno;
    /* In a user namespace that denies the call it is enough that there is no group to drop. */
    if (n_groups == 0 && getgroups(0, NULL) == 0)
        return 0;
    return error_errno(err, errnum, "ids: set supplementary groups");
}

int ids_apply(uid_t uid, gid_t gid, const gid_t *groups, size_t n_groups, struct error *err)
{
    int result;

    if (uid == NO_ID || gid == NO_ID)
        return error_set(err, ERROR_SYSTEM, EINVAL, "ids: -1 is no id");
    result = apply_groups(groups, n_groups, err);
    if (result < 0)
        return result;
    if (sys_setresgid(gid) < 0)
        return error_system(err, "ids: become group %u", gid);
    if (sys_setresuid(uid) < 0)
        return error_system(err, "ids: become user %u", uid);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return error_system(err, "ids: stay undumpable");
    return 0;
}

int ids_write_maps(pid_t pid, const char *uid_map, const char *gid_map, bool deny_setgroups,
                   struct error *err)
{
    const struct {
        const char *file, *text;
    } writes[] = {
        { "setgroups", deny_setgroups ? "deny" : NULL }, /* before gid_map: it demands that */
        { "gid_map", gid_map },
        { "uid_map", uid_map },
    };
    char path[32];
    auto_close int directory_fd = -1;
    int result = io_format(path, sizeof path, err, "/proc/%d", pid);

    if (result < 0)
        return result;
    directory_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory_fd < 0)
        return error_system(err, "ids: %s", path);
    for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
        if (!writes[i].text)
            continue;
        result = io_write_kernel_file_at(directory_fd, writes[i].file, writes[i].text, err);
        if (result < 0)
            return error_wrap(err, "ids: %s", path);
    }
    return 0;
}
