/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/lsm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/linux/procfs.h"

bool lsm_has_apparmor(void)
{
    char enabled[8];
    struct error ignored;

    return io_read_kernel_file_at(AT_FDCWD, "/sys/module/apparmor/parameters/enabled", enabled,
                                  sizeof enabled, &ignored) > 0 &&
           enabled[0] == 'Y';
}

bool lsm_has_selinux(void)
{
    struct statfs filesystem;

    return statfs("/sys/fs/selinux", &filesystem) == 0 &&
           (unsigned long)filesystem.f_type == SELINUX_MAGIC;
}

/* By number: "self" is a link, and links are not followed here. */
static int write_attribute(int procfs_fd, const char *attribute, const char *text,
                           struct error *err)
{
    char path[64];
    int result = io_format(path, sizeof path, err, "%d/attr/%s", getpid(), attribute);

    return result < 0 ? result : procfs_write(procfs_fd, path, text, err);
}

static int set_apparmor(int procfs_fd, const char *profile, struct error *err)
{
    char command[512];
    int result = io_format(command, sizeof command, err, "exec %s", profile);

    if (result == 0)
        result = write_attribute(procfs_fd, "apparmor/exec", command, err);
    if (result == -ENOENT) /* before Linux 5.8 the modules shared one file */
        result = write_attribute(procfs_fd, "exec", command, err);
    return result < 0 ? error_wrap(err, "AppArmor profile '%s'", profile) : 0;
}

int lsm_set_exec_label(int procfs_fd, const char *apparmor_profile, const char *selinux_label,
                       struct error *err)
{
    if (!apparmor_profile && !selinux_label)
        return 0;
    if (procfs_check(procfs_fd, err) < 0)
        return -err->errnum;
    if (apparmor_profile && set_apparmor(procfs_fd, apparmor_profile, err) < 0)
        return -err->errnum;
    if (selinux_label && write_attribute(procfs_fd, "exec", selinux_label, err) < 0)
        return error_wrap(err, "SELinux label '%s'", selinux_label);
    return 0;
}
