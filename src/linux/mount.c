/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

int mount_begin(const char *type, int *out_context_fd, struct error *err)
{
    int fd = fsopen(type, FSOPEN_CLOEXEC);

    if (fd < 0)
        return error_system(err, "new file system '%s'", type);
    *out_context_fd = fd;
    return 0;
}

/* The context keeps messages such as "e tmpfs: Bad value for 'size'", which say more than EINVAL.
 */
static int context_error(int context_fd, const char *what, const char *value, struct error *err)
{
    int errnum = errno;
    char message[200];
    ssize_t length = read(context_fd, message, sizeof message - 1);

    if (length <= 2)
        return error_errno(err, errnum, "%s '%s'", what, value);
    message[length] = '\0';
    message[strcspn(message, "\n")] = '\0';
    return error_errno(err, errnum, "%s '%s': %s", what, value, message + 2);
}

int mount_set_option(int context_fd, const char *key, const char *value, struct error *err)
{
    unsigned command = value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

    if (fsconfig(context_fd, command, key, value, 0) < 0)
        return context_error(context_fd, "mount option", key, err);
    return 0;
}

int mount_finish(int context_fd, uint64_t attributes, int *out_mount_fd, struct error *err)
{
    int fd;

    if (fsconfig(context_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return context_error(context_fd, "make", "file system", err);
    fd = fsmount(context_fd, FSMOUNT_CLOEXEC, (unsigned)attributes);
    if (fd < 0)
        return context_error(context_fd, "mount", "file system", err);
    *out_mount_fd = fd;
    return 0;
}

static unsigned clone_flags(bool recursive)
{
    return OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW |
           (recursive ? AT_RECURSIVE : 0);
}

int mount_clone(int fd, const char *name, bool recursive, int *out_mount_fd, struct error *err)
{
    int mount_fd = open_tree(fd, name, clone_flags(recursive));

    if (mount_fd < 0)
        return error_system(err, "clone the mount '%s'", name);
    *out_mount_fd = mount_fd;
    return 0;
}

static struct mount_attr kernel_attributes(const struct mount_attributes *attributes)
{
    struct mount_attr attr = {
        .attr_set = attributes->set,
        .attr_clr = attributes->clear,
        .propagation = attributes->propagation,
    };

    if (attributes->set & (MOUNT_ATTR_NOATIME | MOUNT_ATTR_STRICTATIME))
        attr.attr_clr |= MOUNT_ATTR__ATIME;
    if (attributes->set & MOUNT_ATTR_IDMAP)
        attr.userns_fd = (uint64_t)attributes->user_namespace_fd;
    return attr;
}

int mount_clone_changed(int fd, const char *name, const struct mount_attributes *attributes,
                        bool recursive, int *out_mount_fd, struct error *err)
{
    const struct mount_attr attr = kernel_attributes(attributes);
    auto_close int mount_fd = sys_open_tree_attr(fd, name, clone_flags(recursive), &attr);

    /* In two steps on an older kernel; they also tell which of them fails. */
    if (mount_fd < 0 && (mount_clone(fd, name, recursive, &mount_fd, err) < 0 ||
                         mount_change(mount_fd, attributes, recursive, err) < 0))
        return -err->errnum;
    *out_mount_fd = take_fd(&mount_fd);
    return 0;
}

int mount_change(int mount_fd, const struct mount_attributes *attributes, bool recursive,
                 struct error *err)
{
    struct mount_attr attr = kernel_attributes(attributes);

    if (!attr.attr_set && !attr.attr_clr && !attr.propagation)
        return 0;
    if (mount_setattr(mount_fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
                      sizeof attr) < 0)
        return error_system(err, "change the mount's attributes");
    return 0;
}

int mount_attach(int mount_fd, int target_fd, const char *name, struct error *err)
{
    if (move_mount(mount_fd, "", target_fd, name,
                   MOVE_MOUNT_F_EMPTY_PATH | (*name ? 0 : MOVE_MOUNT_T_EMPTY_PATH)) < 0)
        return error_system(err, "attach the mount");
    return 0;
}

int mount_make_private(struct error *err)
{
    struct mount_attr attr = { .propagation = MS_PRIVATE };

    if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof attr) < 0)
        return error_system(err, "make the mounts private");
    return 0;
}

int mount_pivot(int root_fd, struct error *err)
{
    if (fchdir(root_fd) < 0)
        return error_system(err, "enter the new root");
    if (sys_pivot_root(".", ".") < 0)
        return error_system(err, "pivot_root");
    /* The old root now lies over the new one. Without this unmount there is no wall. */
    if (umount2(".", MNT_DETACH) < 0)
        return error_system(err, "take the old root away");
    return 0;
}
