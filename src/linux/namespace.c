/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/namespace.h"

#include <errno.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "agentrun/base/io.h"

int namespace_kind_of(int fd, int *out_clone_flag, struct error *err)
{
    struct statfs filesystem;
    int clone_flag;

    if (fstatfs(fd, &filesystem) < 0)
        return error_system(err, "namespace");
    /* Before the ioctl, whose number may mean something else to another file. */
    if (filesystem.f_type != NSFS_MAGIC)
        return error_set(err, ERROR_SYSTEM, EINVAL, "the file is no namespace");
    clone_flag = ioctl(fd, NS_GET_NSTYPE);
    if (clone_flag < 0)
        return error_system(err, "namespace: kind");
    *out_clone_flag = clone_flag;
    return 0;
}

int namespace_is_own(int fd, const char *proc_name, bool *out_is_own, struct error *err)
{
    struct stat given, own;
    char path[64];
    int result = io_format(path, sizeof path, err, "/proc/self/ns/%s", proc_name);

    if (result < 0)
        return result;
    if (fstat(fd, &given) < 0)
        return error_system(err, "namespace");
    if (stat(path, &own) < 0)
        return error_system(err, "namespace: %s", path);
    *out_is_own = given.st_dev == own.st_dev && given.st_ino == own.st_ino;
    return 0;
}
