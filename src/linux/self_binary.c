/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/self_binary.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/linux/mount.h"

#define SELF "/proc/self/exe"

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

#define SENDFILE_CHUNK_BYTES ((size_t)16 * 1024 * 1024)

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

bool self_binary_is_writable_by(uid_t uid)
{
    struct stat status;

    if (uid == 0 || stat(SELF, &status) < 0 || status.st_uid == uid)
        return true;
    /* With an access list the group's bits are its mask: set as soon as anybody may write. */
    return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* What the kernel says, and not the environment, which the caller chooses. */
static bool is_protected(int fd)
{
    struct statfs filesystem;
    int seals;

    if (fstatfs(fd, &filesystem) == 0 && (filesystem.f_flags & ST_RDONLY))
        return true;
    seals = fcntl(fd, F_GET_SEALS);
    return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

static int clone_readonly(int binary_fd, int *out_fd, struct error *err)
{
    const struct mount_attributes readonly = { .set = MOUNT_ATTR_RDONLY };
    auto_close int mount_fd = -1;
    int result = mount_clone(binary_fd, "", false, &mount_fd, err);

    if (result == 0)
        result = mount_change(mount_fd, &readonly, false, err);
    if (result < 0)
        return result;
    *out_fd = take_fd(&mount_fd);
    return 0;
}

static int make_memory_file(struct error *err)
{
    static const char name[] = "agentrun";
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

    if (fd < 0 && errno == EINVAL) /* before Linux 6.3 all of them were executable */
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? error_system(err, "memory file") : fd;
}

static int copy_sealed(int binary_fd, int *out_fd, struct error *err)
{
    auto_close int copy_fd = make_memory_file(err);
    off_t offset = 0;
    ssize_t n_copied;

    if (copy_fd < 0)
        return copy_fd;
    do
        n_copied = sendfile(copy_fd, binary_fd, &offset, SENDFILE_CHUNK_BYTES);
    while (n_copied > 0 || (n_copied < 0 && errno == EINTR));
    if (n_copied < 0)
        return error_system(err, "copy");
    if (fcntl(copy_fd, F_ADD_SEALS, ALL_SEALS) < 0)
        return error_system(err, "seal");
    *out_fd = take_fd(&copy_fd);
    return 0;
}

int self_binary_protect(char *const argv[], char *const envp[], struct error *err)
{
    auto_close int binary_fd = open(SELF, O_RDONLY | O_CLOEXEC);
    auto_close int protected_fd = -1;
    struct error refused;

    if (binary_fd < 0)
        return error_system(err, "own binary: open %s", SELF);
    if (is_protected(binary_fd))
        return 0;
    if (clone_readonly(binary_fd, &protected_fd, &refused) < 0 &&
        copy_sealed(binary_fd, &protected_fd, err) < 0)
        return error_wrap(err, "own binary");
    /* Asked before the exec, so that the new program cannot come to another answer and try again
     * for ever. */
    if (!is_protected(protected_fd))
        return error_set(err, ERROR_SYSTEM, EROFS, "own binary: the copy is not read-only");
    execveat(protected_fd, "", argv, envp, AT_EMPTY_PATH);
    return error_system(err, "own binary: execute the protected copy");
}
