/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/sys.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One number on all architectures; the C library's headers may be older. */
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

pid_t sys_clone3(const struct clone_args *arguments)
{
    return (pid_t)syscall(SYS_clone3, arguments, sizeof *arguments);
}

uid_t sys_effective_uid(void)
{
    return (uid_t)getauxval(AT_EUID);
}

int sys_openat2(int directory_fd, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
    struct open_how how = { .flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve };

    return (int)syscall(SYS_openat2, directory_fd, path, &how, sizeof how);
}

int sys_open_tree_attr(int directory_fd, const char *path, unsigned flags,
                       const struct mount_attr *attributes)
{
    return (int)syscall(SYS_open_tree_attr, directory_fd, path, flags, attributes,
                        sizeof *attributes);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int sys_getcwd(char *buffer, size_t n_bytes)
{
    return (int)syscall(SYS_getcwd, buffer, n_bytes);
}

int sys_seccomp(unsigned operation, unsigned flags, const void *arguments)
{
    return (int)syscall(SYS_seccomp, operation, flags, arguments);
}

int sys_capset(const struct __user_cap_data_struct data[2])
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

    return (int)syscall(SYS_capset, &header, data);
}

int sys_capget(struct __user_cap_data_struct data[2])
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

    return (int)syscall(SYS_capget, &header, data);
}

long sys_keyctl(int operation, unsigned long argument2, unsigned long argument3)
{
    return syscall(SYS_keyctl, operation, argument2, argument3, 0UL, 0UL);
}

int sys_bpf(int command, union bpf_attr *attributes, size_t size)
{
    return (int)syscall(SYS_bpf, command, attributes, size);
}

int sys_landlock_create_ruleset(const void *attributes, size_t size, uint32_t flags)
{
    return (int)syscall(SYS_landlock_create_ruleset, attributes, size, flags);
}

int sys_landlock_add_rule(int ruleset_fd, int type, const void *attributes, uint32_t flags)
{
    return (int)syscall(SYS_landlock_add_rule, ruleset_fd, type, attributes, flags);
}

int sys_landlock_restrict_self(int ruleset_fd, uint32_t flags)
{
    return (int)syscall(SYS_landlock_restrict_self, ruleset_fd, flags);
}

int sys_setgroups(size_t n_groups, const gid_t *groups)
{
    return (int)syscall(SYS_setgroups, n_groups, groups);
}

int sys_setresgid(gid_t gid)
{
    return (int)syscall(SYS_setresgid, gid, gid, gid);
}

int sys_setresuid(uid_t uid)
{
    return (int)syscall(SYS_setresuid, uid, uid, uid);
}
