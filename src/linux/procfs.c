/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

#define COMPONENT_BYTES 256
#define RESOLVE_PLAIN                                                                              \
    (RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS)

/* Only plain names between the slashes: "sys/../1/attr" stays below the root and is still not what
 * the caller of a sysctl may name. */
static bool is_plain(const char *path)
{
    const char *component = path;

    for (;;) {
        size_t length = strcspn(component, "/");

        if (length == 0 || length >= COMPONENT_BYTES ||
            (component[0] == '.' && (length == 1 || (length == 2 && component[1] == '.'))))
            return false;
        if (!component[length])
            return true;
        component += length + 1;
    }
}

static bool is_procfs(int fd)
{
    struct statfs filesystem;

    return fstatfs(fd, &filesystem) == 0 && filesystem.f_type == PROC_SUPER_MAGIC;
}

/* As openat(2) for one component, but a link is ELOOP and what is mounted on it EXDEV. */
static int open_component(int directory_fd, const char *name, int flags)
{
    auto_close int fd = openat(directory_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) < 0)
        return -1;
    if (S_ISLNK(status.st_mode)) {
        errno = ELOOP;
        return -1;
    }
    if (!is_procfs(fd)) {
        errno = EXDEV;
        return -1;
    }
    return take_fd(&fd);
}

/* For kernels before openat2(2), and for filters around us that do not know it. Weaker in one
 * point: a second procfs mounted below the first is not noticed. */
static int open_by_component(int procfs_fd, const char *path, int flags)
{
    auto_close int directory_fd = fcntl(procfs_fd, F_DUPFD_CLOEXEC, 0);
    char name[COMPONENT_BYTES];

    while (directory_fd >= 0) {
        size_t length = strcspn(path, "/");
        int next_fd;

        memcpy(name, path, length);
        name[length] = '\0';
        if (!path[length])
            return open_component(directory_fd, name, flags);
        next_fd = open_component(directory_fd, name, O_PATH | O_DIRECTORY);
        close(directory_fd);
        directory_fd = next_fd;
        path += length + 1;
    }
    return -1;
}

int procfs_check(int fd, struct error *err)
{
    if (!is_procfs(fd))
        return error_set(err, ERROR_SYSTEM, EINVAL, "proc: the descriptor is no procfs");
    return 0;
}

int procfs_open(int procfs_fd, const char *path, int flags, int *out_fd, struct error *err)
{
    int fd;

    if (!is_plain(path))
        return error_set(err, ERROR_SYSTEM, EINVAL, "proc: '%s' is no plain path", path);
    fd = sys_openat2(procfs_fd, path, (uint64_t)flags, 0, RESOLVE_PLAIN);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        fd = open_by_component(procfs_fd, path, flags);
    if (fd < 0)
        return error_system(err, "proc: open '%s'", path);
    *out_fd = fd;
    return 0;
}

int procfs_write(int procfs_fd, const char *path, const char *text, struct error *err)
{
    auto_close_late int fd = -1;
    int result = procfs_open(procfs_fd, path, O_WRONLY, &fd, err);
    size_t length = strlen(text);
    ssize_t n_written;

    if (result < 0)
        return result;
    do
        n_written = write(fd, text, length);
    while (n_written < 0 && errno == EINTR);
    if (n_written < 0)
        return error_system(err, "proc: write '%s' to '%s'", text, path);
    if ((size_t)n_written != length)
        return error_set(err, ERROR_SYSTEM, EIO, "proc: '%s' took only a part of '%s'", path, text);
    return 0;
}
