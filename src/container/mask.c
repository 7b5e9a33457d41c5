/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/mask.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/target.h"
#include "agentrun/linux/mount.h"

static int make_empty_directory(int *out_fd, struct error *err)
{
    auto_close_late int context_fd = -1;
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

static int mask_directory(struct init *init, const struct target *target, struct error *err)
{
    auto_close_late int copy_fd = -1;

    if (init->mask_directory_fd < 0) {
        if (make_empty_directory(&init->mask_directory_fd, err) < 0)
            return -err->errnum;
        return mount_attach(init->mask_directory_fd, target->fd, target->name, err);
    }
    if (mount_clone(init->mask_directory_fd, "", false, &copy_fd, err) < 0)
        return -err->errnum;
    return mount_attach(copy_fd, target->fd, target->name, err);
}

static int mask_file(const struct init *init, const struct target *target, struct error *err)
{
    auto_close_late int copy_fd = -1;

    if (init->null_fd < 0)
        return error_set(err, ERROR_SYSTEM, ENODEV, "the container has no /dev/null to mask with");
    if (mount_clone(init->null_fd, "", false, &copy_fd, err) < 0)
        return -err->errnum;
    return mount_attach(copy_fd, target->fd, target->name, err);
}

int mask_path(struct init *init, const char *path, struct error *err)
{
    struct target target;
    mode_t mode;
    int result = target_open_present(init, path, &target, &mode, err);

    if (result <= 0)
        return result;
    return S_ISDIR(mode) ? mask_directory(init, &target, err) : mask_file(init, &target, err);
}

int mask_make_readonly(struct init *init, const char *path, struct error *err)
{
    static const struct mount_attributes closed = { .set = MOUNT_ATTR_RDONLY };
    auto_close_late int copy_fd = -1;
    struct target target;
    mode_t mode;
    int result = target_open_present(init, path, &target, &mode, err);

    if (result <= 0)
        return result;
    if (mount_clone_changed(target.fd, target.name, &closed, true, &copy_fd, err) < 0)
        return -err->errnum;
    return mount_attach(copy_fd, target.fd, target.name, err);
}
