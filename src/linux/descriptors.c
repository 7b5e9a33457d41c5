/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

/* The entries of one part of /proc/self/fd. */
static void close_entries(const char *entries, size_t n_bytes, int directory_fd, int first_fd,
                          int keep_fd)
{
    for (size_t i = 0; i < n_bytes;) {
        const struct dirent64 *entry = (const void *)(entries + i);
        struct error no_number;
        uint64_t fd;

        i += entry->d_reclen;
        if (number_parse_unsigned(entry->d_name, 0, INT_MAX, &fd, &no_number) < 0)
            continue;
        if ((int)fd >= first_fd && (int)fd != directory_fd && (int)fd != keep_fd)
            close((int)fd);
    }
}

/* For kernels before close_range(2). Removing entries while reading is safe in this directory: its
 * positions are the descriptors' numbers. */
static int close_each(int first_fd, int keep_fd, struct error *err)
{
    _Alignas(struct dirent64) char entries[2048];
    auto_close int directory_fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ssize_t n_bytes;

    if (directory_fd < 0)
        return error_system(err, "descriptors: /proc/self/fd");
    while ((n_bytes = getdents64(directory_fd, entries, sizeof entries)) > 0)
        close_entries(entries, (size_t)n_bytes, directory_fd, first_fd, keep_fd);
    if (n_bytes < 0)
        return error_system(err, "descriptors: /proc/self/fd");
    return 0;
}

int descriptors_close_from(int first_fd, struct error *err)
{
    return descriptors_close_inherited(first_fd, -1, err);
}

int descriptors_close_inherited(int first_fd, int keep_fd, struct error *err)
{
    bool keeps = keep_fd >= first_fd;
    unsigned after = keeps ? (unsigned)keep_fd + 1 : (unsigned)first_fd;

    if (close_range(after, ~0U, 0) < 0 ||
        (keep_fd > first_fd && close_range((unsigned)first_fd, (unsigned)keep_fd - 1, 0) < 0))
        return close_each(first_fd, keep_fd, err);
    return 0;
}

#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446
#endif
#ifndef ANON_INODE_FS_MAGIC
#define ANON_INODE_FS_MAGIC 0x09041934
#endif

/* File systems whose files are no storage but handles into the kernel. */
static const struct {
    unsigned long magic;
    bool may_read;
    const char *name;
} kernel_filesystems[] = {
    { NSFS_MAGIC, false, "a namespace" },
    { PID_FS_MAGIC, false, "a process" },
    { ANON_INODE_FS_MAGIC, false, "an object of the kernel" },
    { PROC_SUPER_MAGIC, true, "a file of /proc" },
    { SYSFS_MAGIC, true, "a file of sysfs" },
    { CGROUP_SUPER_MAGIC, true, "a file of a control group" },
    { CGROUP2_SUPER_MAGIC, true, "a file of a control group" },
    { DEBUGFS_MAGIC, true, "a file of debugfs" },
    { TRACEFS_MAGIC, true, "a file of tracefs" },
    { SECURITYFS_MAGIC, true, "a file of securityfs" },
    { SELINUX_MAGIC, true, "a file of selinuxfs" },
    { BPF_FS_MAGIC, true, "a file of bpffs" },
};

#define MEMORY_MAJOR 1

/* Of the memory devices: null, zero, full, random, urandom. */
static const unsigned harmless_memory_minors[] = { 3, 5, 7, 8, 9 };

/* Each of the following functions tells what forbidden thing the descriptor is, or NULL. */

static const char *find_fault_of_file(int fd)
{
    bool is_read_only = (fcntl(fd, F_GETFL) & (O_ACCMODE | O_PATH)) == O_RDONLY;
    struct statfs filesystem;

    if (fstatfs(fd, &filesystem) < 0)
        return "a file of an unknown file system";
    for (size_t i = 0; i < ARRAY_SIZE(kernel_filesystems); i++)
        if ((unsigned long)filesystem.f_type == kernel_filesystems[i].magic &&
            !(kernel_filesystems[i].may_read && is_read_only))
            return kernel_filesystems[i].name;
    return NULL;
}

static const char *find_fault_of_device(int fd, dev_t device)
{
    struct termios attributes;

    if (major(device) == MEMORY_MAJOR)
        for (size_t i = 0; i < ARRAY_SIZE(harmless_memory_minors); i++)
            if (minor(device) == harmless_memory_minors[i])
                return NULL;
    return tcgetattr(fd, &attributes) == 0 ? NULL : "a device";
}

static const char *find_fault_of_socket(int fd)
{
    int family = AF_UNSPEC;
    socklen_t n_bytes = sizeof family;

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &n_bytes) < 0 || family != AF_UNIX)
        return "a network socket";
    return NULL;
}

static const char *find_fault(int fd, const struct stat *status)
{
    switch (status->st_mode & S_IFMT) {
    case S_IFIFO:
        return NULL;
    case S_IFREG:
        return find_fault_of_file(fd);
    case S_IFCHR:
        return find_fault_of_device(fd, status->st_rdev);
    case S_IFSOCK:
        return find_fault_of_socket(fd);
    case S_IFDIR:
        return "a directory";
    case S_IFBLK:
        return "a block device";
    default:
        return "an object of the kernel";
    }
}

static int check(int fd, const struct stat *status, struct error *err)
{
    const char *fault = find_fault(fd, status);

    if (fault)
        return error_set(err, ERROR_SYSTEM, EPERM,
                         "descriptors: %d is %s, which the program must not get", fd, fault);
    return 0;
}

int descriptors_check_stdio(struct error *err)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        struct stat status;

        if (fstat(fd, &status) == 0) {
            if (check(fd, &status, err) < 0)
                return -err->errnum;
            continue;
        }
        if (errno != EBADF)
            return error_system(err, "descriptors: %d", fd);
        /* All lower ones are open, so the new one gets this number. */
        if (open("/dev/null", O_RDWR) != fd) /* NOLINT(android-cloexec-open) */
            return error_system(err, "descriptors: /dev/null in place of %d", fd);
    }
    return 0;
}

int descriptors_check_preserved(unsigned n_preserve_fds, struct error *err)
{
    for (unsigned i = 0; i < n_preserve_fds; i++) {
        int fd = STDERR_FILENO + 1 + (int)i;
        struct stat status;

        if (fstat(fd, &status) < 0)
            return error_system(err, "preserved descriptor %d", fd);
        if (check(fd, &status, err) < 0)
            return -err->errnum;
    }
    return 0;
}
