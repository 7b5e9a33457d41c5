/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/container/dev.h"
#include "agentrun/container/mask.h"
#include "agentrun/container/target.h"
#include "agentrun/linux/mount.h"
#include "agentrun/linux/rootpath.h"

/* I's descriptors live until the program is executed, when all are closed at once; one by one would
 * double the calls. There are at most a few hundred, which the plan bounds. */
static int make_filesystem(const struct plan_mount *mount, int *out_mount_fd, struct error *err)
{
    int context_fd = -1;
    int result = mount_begin(mount->filesystem_type, &context_fd, err);

    for (size_t i = 0; i < mount->n_options && result == 0; i++)
        result = mount_set_option(context_fd, mount->options[i].key, mount->options[i].value, err);
    if (result == 0)
        result = mount_finish(context_fd, mount->set | mount->set_recursive, out_mount_fd, err);
    return result;
}

int rootfs_make_at_home(struct init *init, struct error *err)
{
    const struct plan *plan = init->plan;

    for (size_t i = 0; i < plan->n_mounts; i++) {
        const struct plan_mount *mount = &plan->mounts[i];

        if (!mount->made_at_home)
            continue;
        if (make_filesystem(mount, &init->made_fds[i], err) < 0)
            return error_wrap(err, "%s", mount->place);
        if (strcmp(mount->filesystem_type, "proc") == 0)
            init->procfs_fd = init->made_fds[i];
        else
            init->sysfs_fd = init->made_fds[i];
    }
    return 0;
}

/* A link in the place of /proc, /sys or /dev would put what the runtime relies on elsewhere. */
static bool may_follow_target(const struct plan_mount *mount)
{
    return !mount->made_at_home && mount->kind != PLAN_MOUNT_DEV;
}

/* A directory in the root itself needs no walk, since attaching follows no link at the end of a
 * path. Whatever fails, such as a missing directory or a link, is left to the walker. */
static bool attach_in_root(const struct init *init, const struct plan_mount *mount, int mount_fd)
{
    struct error ignored;

    return !mount->target_is_file && !strchr(mount->target + 1, '/') &&
           mount_attach(mount_fd, init->root_fd, mount->target + 1, &ignored) == 0;
}

/* The image lacks a mount point or the working directory, which has to be made. */
static int open_root_for_writing(struct init *init, struct error *err)
{
    const struct mount_attributes opened = { .clear = MOUNT_ATTR_RDONLY };

    init->root_is_open = true;
    return mount_change(init->root_fd, &opened, false, err);
}

static bool is_closed_root(const struct init *init, int errnum)
{
    return errnum == EROFS && init->plan->root_readonly && !init->root_is_open;
}

static int attach_by_walking(struct init *init, const struct plan_mount *mount, int mount_fd,
                             struct error *err)
{
    enum rootpath_make make = mount->target_is_file ? ROOTPATH_MAKE_FILE : ROOTPATH_MAKE_DIRECTORY;
    bool follow = may_follow_target(mount);
    struct target target;
    int result = target_open(init, mount->target, follow, make, &target, err);

    if (is_closed_root(init, -result) && open_root_for_writing(init, err) == 0)
        result = target_open(init, mount->target, follow, make, &target, err);
    return result < 0 ? result : mount_attach(mount_fd, target.fd, target.name, err);
}

static int attach(struct init *init, const struct plan_mount *mount, int mount_fd,
                  struct error *err)
{
    const struct mount_attributes spread = { .propagation = mount->propagation };
    int result = 0;

    if (!attach_in_root(init, mount, mount_fd))
        result = attach_by_walking(init, mount, mount_fd, err);
    /* Every mount is made private already. */
    if (result == 0 && mount->propagation != MS_PRIVATE)
        result = mount_change(mount_fd, &spread, mount->propagation_recursive, err);
    return result;
}

static int mount_bind(struct init *init, size_t index, struct error *err)
{
    return attach(init, &init->plan->mounts[index], init->detached->mount_fds[index], err);
}

static int mount_filesystem(struct init *init, size_t index, struct error *err)
{
    const struct plan_mount *mount = &init->plan->mounts[index];
    int *mount_fd = &init->made_fds[index];
    int result = *mount_fd >= 0 ? 0 : make_filesystem(mount, mount_fd, err);

    if (result == 0 && strcmp(mount->filesystem_type, "devpts") == 0)
        init->devpts_fd = *mount_fd;
    return result < 0 ? result : attach(init, mount, *mount_fd, err);
}

static int mount_dev(struct init *init, size_t index, struct error *err)
{
    const struct plan_mount *mount = &init->plan->mounts[index];
    int *mount_fd = &init->made_fds[index];
    int result = make_filesystem(mount, mount_fd, err);

    if (result == 0)
        result = dev_populate(init->plan, *mount_fd, &init->null_fd, err);
    if (result == 0)
        result = attach(init, mount, *mount_fd, err);
    init->dev_fd = *mount_fd;
    /* Where device nodes cannot be made they are bound, which needs an attached mount. */
    if (result == 0 && init->null_fd < 0)
        result = dev_bind_nodes(init->plan, *mount_fd, &init->null_fd, err);
    return result;
}

/* One directory per hierarchy, named as under /sys/fs/cgroup of the host. */
static int mount_cgroup_hierarchies(struct init *init, int directory_fd, struct error *err)
{
    for (int i = 0; i < N_CGROUP_CONTROLLERS; i++) {
        int fd = init->detached->cgroup_fds[i];
        const char *name;

        if (fd < 0)
            continue;
        name = cgroup_controller_name((enum cgroup_controller)i, CGROUP_V1);
        if (mkdirat(directory_fd, name, 0555) < 0)
            return error_system(err, "make '%s'", name);
        if (mount_attach(fd, directory_fd, name, err) < 0)
            return -err->errnum;
    }
    return 0;
}

static int mount_cgroup(struct init *init, size_t index, struct error *err)
{
    const struct plan_mount *mount = &init->plan->mounts[index];
    const struct mount_attributes closed = { .set = mount->set | mount->set_recursive };
    struct plan_mount directory = *mount;
    int *mount_fd = &init->made_fds[index];
    int result;

    if (init->cgroup->version == CGROUP_NONE)
        return 0;
    if (init->cgroup->version == CGROUP_V2) {
        result = mount_change(init->detached->cgroup_fds[0], &closed, false, err);
        return result < 0 ? result : attach(init, mount, init->detached->cgroup_fds[0], err);
    }
    directory.filesystem_type = "tmpfs";
    directory.n_options = 0;
    directory.set = directory.set_recursive = 0;
    result = make_filesystem(&directory, mount_fd, err);
    if (result == 0)
        result = attach(init, mount, *mount_fd, err);
    if (result == 0)
        result = mount_cgroup_hierarchies(init, *mount_fd, err);
    /* Read-only and the rest for all of them at once. */
    return result < 0 ? result : mount_change(*mount_fd, &closed, true, err);
}

static int hide(struct init *init, size_t index, struct error *err)
{
    return mask_path(init, init->plan->mounts[index].target, err);
}

static int make_readonly(struct init *init, size_t index, struct error *err)
{
    return mask_make_readonly(init, init->plan->mounts[index].target, err);
}

static int (*const actions[])(struct init *, size_t, struct error *) = {
    [PLAN_MOUNT_BIND] = mount_bind, [PLAN_MOUNT_FILESYSTEM] = mount_filesystem,
    [PLAN_MOUNT_DEV] = mount_dev,   [PLAN_MOUNT_CGROUP] = mount_cgroup,
    [PLAN_MOUNT_MASK] = hide,       [PLAN_MOUNT_READONLY] = make_readonly,
};

/* The place in I's mount namespace does not matter to I; hooks find the root by its path. */
static int attach_root(struct init *init, struct error *err)
{
    if (mount_attach(init->detached->root_fd, AT_FDCWD, init->plan->root_path, err) < 0)
        return error_wrap(err, "root '%s'", init->plan->root_path);
    init->root_fd = init->detached->root_fd;
    return 0;
}

/* A missing working directory is made, as runc does; later the root is closed for writing. What
 * else may be wrong with it shows when it is entered. */
static void make_working_directory(struct init *init)
{
    const char *path = init->plan->process.cwd;
    auto_close_late int fd = -1;
    struct error ignored;
    int result;

    if (!init->plan->has_process || strcmp(path, "/") == 0)
        return;
    result = rootpath_open(init->root_fd, path, true, ROOTPATH_MAKE_DIRECTORY, &fd, &ignored);
    if (is_closed_root(init, -result) && open_root_for_writing(init, &ignored) == 0)
        rootpath_open(init->root_fd, path, true, ROOTPATH_MAKE_DIRECTORY, &fd, &ignored);
}

int rootfs_mount(struct init *init, struct error *err)
{
    const struct plan *plan = init->plan;
    int result = mount_make_private(err);

    if (result == 0)
        result = attach_root(init, err);
    if (result < 0)
        return result;
    for (size_t i = 0; i < plan->n_mounts; i++)
        if (actions[plan->mounts[i].kind](init, i, err) < 0)
            return error_wrap(err, "%s: '%s'", plan->mounts[i].place, plan->mounts[i].target);
    make_working_directory(init);
    return 0;
}

int rootfs_pivot(struct init *init, struct error *err)
{
    const struct mount_attributes closed = { .set = MOUNT_ATTR_RDONLY };
    int result = init->root_is_open ? mount_change(init->root_fd, &closed, false, err) : 0;

    return result < 0 ? result : mount_pivot(init->root_fd, err);
}
