/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/mask.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/mount.h"
#include "agentrun/linux/rootpath.h"

/* 1: opened; 0: nothing is there. */
static int open_present(int root_fd, const char *path, int *out_fd, struct error *err)
{
    int result = rootpath_open(root_fd, path, true, ROOTPATH_MUST_EXIST, out_fd, err);

    if (result == -ENOENT || result == -ENOTDIR)
        return 0;
    return result < 0 ? result : 1;
}

static int make_empty_directory(int *out_fd, struct error *err)
{
    auto_close int context_fd = -1;
    int result = mount_begin("tmpfs", &context_fd, err);

    if (result == 0)
        result = mount_set_option(context_fd, "nr_inodes", "2", err);
    if (result == 0)
        result = mount_set_option(context_fd, "mode", "555", err);
    if (result == 0)
        result = mount_finish(context_fd,
                              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                                  MOUNT_ATTR_NOEXEC,
                              out_fd, err);
    return result;
}

static int mask_directory(int target_fd, int *directory_fd, struct error *err)
{
    auto_close int copy_fd = -1;
    int result;

    if (*directory_fd < 0) {
        result = make_empty_directory(directory_fd, err);
        return result < 0 ? result : mount_attach(*directory_fd, target_fd, err);
    }
    result = mount_clone(*directory_fd, false, &copy_fd, err);
    return result < 0 ? result : mount_attach(copy_fd, target_fd, err);
}

static int mask_file(int target_fd, int null_fd, struct error *err)
{
    auto_close int copy_fd = -1;
    int result;

    if (null_fd < 0)
        return error_set(err, ERROR_SYSTEM, ENODEV, "the container has no /dev/null to mask with");
    result = mount_clone(null_fd, false, &copy_fd, err);
    return result < 0 ? result : mount_attach(copy_fd, target_fd, err);
}

int mask_path(int root_fd, const char *path, int null_fd, int *directory_fd, struct error *err)
{
    auto_close int target_fd = -1;
    struct stat st;
    int result = open_present(root_fd, path, &target_fd, err);

    if (result <= 0)
        return result;
    if (fstat(target_fd, &st) < 0)
        return error_system(err, "stat");
    return S_ISDIR(st.st_mode) ? mask_directory(target_fd, directory_fd, err)
                               : mask_file(target_fd, null_fd, err);
}

int mask_make_readonly(int root_fd, const char *path, struct error *err)
{
    static const struct mount_attributes closed = { .set = MOUNT_ATTR_RDONLY };
    auto_close int target_fd = -1, copy_fd = -1;
    int result = open_present(root_fd, path, &target_fd, err);

    if (result <= 0)
        return result;
    result = mount_clone(target_fd, true, &copy_fd, err);
    if (result == 0)
        result = mount_change(copy_fd, &closed, true, err);
    return result < 0 ? result : mount_attach(copy_fd, target_fd, err);
}
