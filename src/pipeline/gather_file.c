/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/gather_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

/* linux/magic.h has not all of them. */
#define FAT_MAGIC   0x4d44
#define EXFAT_MAGIC 0x2011bab0
#define XFS_MAGIC   0x58465342
#define NTFS3_MAGIC 0x7366746e

/* FS_ALLOW_IDMAP in the kernel's sources. An overlay mount is missing on purpose. */
static const uint64_t id_mappable[] = {
    EXT4_SUPER_MAGIC,     XFS_MAGIC,      BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
    F2FS_SUPER_MAGIC,     FAT_MAGIC,      EXFAT_MAGIC,       NTFS3_MAGIC,
    EROFS_SUPER_MAGIC_V1, SQUASHFS_MAGIC, HUGETLBFS_MAGIC,
};

bool gather_can_be_id_mapped(uint64_t filesystem_magic)
{
    for (size_t i = 0; i < ARRAY_SIZE(id_mappable); i++) {
        if (id_mappable[i] == filesystem_magic)
            return true;
    }
    return false;
}

struct gather_identity gather_identity(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return (struct gather_identity){ 0 };
    return (struct gather_identity){ st.st_dev, st.st_ino };
}

struct gather_identity gather_identity_of(int fd)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return (struct gather_identity){ 0 };
    return (struct gather_identity){ st.st_dev, st.st_ino };
}

const char *gather_resolved_path(struct arena *arena, int fd)
{
    char link[sizeof "/proc/self/fd/" + 11], path[PATH_MAX];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path);
    if (length < 0)
        return NULL;
    if ((size_t)length == sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return arena_strndup(arena, path, (size_t)length);
}

static struct fact_file not_opened(int errnum)
{
    return (struct fact_file){ .errnum = errnum, .fd = -1 };
}

/* Files of one device are of one file system, and most often come one after another. */
static int find_filesystem(int fd, dev_t device, struct gather_seen *seen)
{
    struct statfs filesystem;

    if (seen->filesystem_magic && seen->device == device)
        return 0;
    if (fstatfs(fd, &filesystem) < 0)
        return -errno;
    seen->device = device;
    seen->filesystem_magic = (uint64_t)filesystem.f_type & UINT32_MAX;
    return 0;
}

static int fill(struct arena *arena, int fd, struct gather_seen *seen, struct fact_file *out_file)
{
    const char *path = gather_resolved_path(arena, fd);
    struct statx st;
    dev_t device;
    int result;

    if (!path || statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) < 0)
        return -errno;
    device = makedev(st.stx_dev_major, st.stx_dev_minor);
    result = find_filesystem(fd, device, seen);
    if (result < 0)
        return result;
    *out_file = (struct fact_file){
        .fd = fd,
        .resolved_path = path,
        .mode = st.stx_mode,
        .uid = st.stx_uid,
        .gid = st.stx_gid,
        .device = device,
        .inode = st.stx_ino,
        .filesystem_magic = seen->filesystem_magic,
        .is_mount_root = st.stx_attributes & STATX_ATTR_MOUNT_ROOT,
    };
    out_file->is_host_root =
        out_file->device == seen->host_root.device && out_file->inode == seen->host_root.inode;
    out_file->can_be_id_mapped = gather_can_be_id_mapped(out_file->filesystem_magic);
    return 0;
}

struct fact_file gather_file(struct arena *arena, int directory_fd, const char *path, int flags,
                             struct gather_seen *seen)
{
    auto_close int fd = openat(directory_fd, path, O_PATH | O_CLOEXEC | flags);
    struct fact_file file;
    int result;

    if (fd < 0)
        return not_opened(errno);
    result = fill(arena, fd, seen, &file);
    if (result < 0)
        return not_opened(-result);
    take_fd(&fd);
    return file;
}
