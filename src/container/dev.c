/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/dev.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/mount.h"
#include "agentrun/linux/rootpath.h"

static int make_entries(const struct plan *plan, int dev_fd, struct error *err)
{
    for (size_t i = 0; i < plan->n_dev_directories; i++)
        if (mkdirat(dev_fd, plan->dev_directories[i], 0755) < 0)
            return error_system(err, "make /dev/%s", plan->dev_directories[i]);
    for (size_t i = 0; i < plan->n_links; i++)
        if (symlinkat(plan->links[i].target, dev_fd, plan->links[i].name) < 0)
            return error_system(err, "make the link /dev/%s", plan->links[i].name);
    return 0;
}

/* Directories in the name of a device ("net/tun") are made in the fresh tmpfs, which holds nothing
 * but what we put there. */
static int make_parents(int dev_fd, const char *name, struct error *err)
{
    const char *slash = strrchr(name, '/');
    char parent[256];
    auto_close int fd = -1;
    int result;

    if (!slash)
        return 0;
    result = io_format(parent, sizeof parent, err, "%.*s", (int)(slash - name), name);
    if (result == 0)
        result = rootpath_open(dev_fd, parent, false, ROOTPATH_MAKE_DIRECTORY, &fd, err);
    return result;
}

/* 1: made; 0: the kernel does not let us make nodes here, an empty file stands in its place. */
static int make_node(const struct plan_device *device, int dev_fd, struct error *err)
{
    auto_close int fd = -1;

    if (make_parents(dev_fd, device->name, err) < 0)
        return -err->errnum;
    if (mknodat(dev_fd, device->name, device->type_and_mode,
                makedev(device->major, device->minor)) == 0) {
        if ((device->uid || device->gid) &&
            fchownat(dev_fd, device->name, device->uid, device->gid, AT_SYMLINK_NOFOLLOW) < 0)
            return error_system(err, "change the owner of /dev/%s", device->name);
        return 1;
    }
    if (errno != EPERM)
        return error_system(err, "make the device /dev/%s", device->name);
    fd = openat(dev_fd, device->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_system(err, "make /dev/%s", device->name);
    return 0;
}

static bool is_device(int fd, const struct plan_device *device)
{
    struct stat st;

    return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == (device->type_and_mode & S_IFMT) &&
           st.st_rdev == makedev(device->major, device->minor);
}

/* What masks files later must be the null device itself (CVE-2025-31133). */
static int open_null(int dev_fd, int *out_null_fd, struct error *err)
{
    static const struct plan_device null = { .type_and_mode = S_IFCHR, .major = 1, .minor = 3 };
    int fd = openat(dev_fd, "null", O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return error_system(err, "open /dev/null");
    if (!is_device(fd, &null)) {
        close(fd);
        return error_set(err, ERROR_SYSTEM, ENODEV, "/dev/null is not the null device");
    }
    *out_null_fd = fd;
    return 0;
}

int dev_populate(const struct plan *plan, int dev_fd, int *out_null_fd, struct error *err)
{
    int result = make_entries(plan, dev_fd, err);
    bool all_nodes = true;

    for (size_t i = 0; i < plan->n_devices && result >= 0; i++) {
        result = make_node(&plan->devices[i], dev_fd, err);
        all_nodes = all_nodes && result != 0;
    }
    if (result < 0)
        return result;
    return all_nodes && plan->n_devices > 0 ? open_null(dev_fd, out_null_fd, err) : 0;
}

/* As closed as the /dev that a node would be in; what masks files later is a clone of it. */
static int bind_node(const struct plan_device *device, int dev_fd, struct error *err)
{
    static const struct mount_attributes closed = {
        .set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
    };
    auto_close int node_fd = -1, mount_fd = -1;
    char path[300];
    int result = io_format(path, sizeof path, err, "/dev/%s", device->name);

    if (result < 0)
        return result;
    node_fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (node_fd < 0)
        return error_system(err, "open '%s'", path);
    if (!is_device(node_fd, device))
        return error_set(err, ERROR_SYSTEM, ENODEV, "'%s' of the host is another device", path);
    result = mount_clone_changed(node_fd, "", &closed, false, &mount_fd, err);
    if (result == 0)
        result = mount_attach(mount_fd, dev_fd, device->name, err);
    return result < 0 ? error_wrap(err, "bind '%s'", path) : 0;
}

int dev_bind_nodes(const struct plan *plan, int dev_fd, int *out_null_fd, struct error *err)
{
    for (size_t i = 0; i < plan->n_devices; i++)
        if (bind_node(&plan->devices[i], dev_fd, err) < 0)
            return -err->errnum;
    return plan->n_devices > 0 ? open_null(dev_fd, out_null_fd, err) : 0;
}
