/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A name that is looked up in our own file system without a chance to be led away: an entry, or one
 * of a directory in it. Nobody but the kernel makes links there, and none is followed at the end.
 */
static bool is_near(const char *name)
{
    const char *slash = strchr(name, '/');

    return *name != '\0' && *name != '.' && (!slash || !strchr(slash + 1, '/'));
}

/* The descriptor of our own file system that `path` lies in, near its root, and its name there. */
static bool find_own(const struct init *init, const char *path, struct target *out_target)
{
    const struct {
        const char *directory;
        int fd;
    } own[] = {
        { "/dev/", init->dev_fd },
        { "/proc/", init->procfs_fd },
        { "/sys/", init->sysfs_fd },
    };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        size_t n_bytes = strlen(own[i].directory);
        const char *name = path + n_bytes;

        if (own[i].fd < 0 || strncmp(path, own[i].directory, n_bytes) != 0)
            continue;
        if (!is_near(name))
            return false;
        *out_target = (struct target){ own[i].fd, name };
        return true;
    }
    return false;
}

int target_open(const struct init *init, const char *path, bool follow, enum rootpath_make make,
                struct target *out_target, struct error *err)
{
    struct target target = { -1, "" };

    /* Whether it is there shows when it is used; a file that must be made needs the walker. */
    if (make != ROOTPATH_MAKE_FILE && find_own(init, path, out_target))
        return 0;
    if (rootpath_open(init->root_fd, path, follow, make, &target.fd, err) < 0)
        return -err->errnum;
    *out_target = target;
    return 0;
}

int target_open_present(const struct init *init, const char *path, struct target *out_target,
                        mode_t *out_mode, struct error *err)
{
    struct target target = { .fd = -1, .name = "" };
    struct stat st;
    int result = target_open(init, path, true, ROOTPATH_MUST_EXIST, &target, err);

    if (result == -ENOENT || result == -ENOTDIR)
        return 0;
    if (result < 0)
        return result;
    if (fstatat(target.fd, target.name, &st, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : error_system(err, "stat");
    /* A link of the kernel's: what is meant is behind it. */
    if (S_ISLNK(st.st_mode)) {
        target.name = "";
        result = rootpath_open(init->root_fd, path, true, ROOTPATH_MUST_EXIST, &target.fd, err);
        if (result == 0 && fstat(target.fd, &st) < 0)
            result = error_system(err, "stat");
        if (result < 0)
            return result == -ENOENT ? 0 : result;
    }
    *out_target = target;
    *out_mode = st.st_mode;
    return 1;
}
