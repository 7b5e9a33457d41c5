/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls that the C library has no function for, in the manner of those it has: -1 and errno
 * on failure. Descriptors are close-on-exec.
 */
#ifndef AGENTRUN_BASE_SYS_H
#define AGENTRUN_BASE_SYS_H

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/types.h>

/* clone3(2) without CLONE_VM: returns twice, like fork(2). */
pid_t sys_clone3(const struct clone_args *arguments);

/* The effective user id with which the program was executed, which this process keeps for its whole
 * life; the kernel left it in the auxiliary vector, so this is no system call. */
uid_t sys_effective_uid(void);

/* openat2(2). O_CLOEXEC is added. */
int sys_openat2(int directory_fd, const char *path, uint64_t flags, uint64_t mode,
                uint64_t resolve);

/* open_tree_attr(2), since Linux 6.15. */
int sys_open_tree_attr(int directory_fd, const char *path, unsigned flags,
                       const struct mount_attr *attributes);

/* pivot_root(2). */
int sys_pivot_root(const char *new_root, const char *put_old);

/* getcwd(2), the system call: a directory outside of the root gives a path that begins with
 * "(unreachable)", which the C library's function would hide. */
int sys_getcwd(char *buffer, size_t n_bytes);

/* seccomp(2). */
int sys_seccomp(unsigned operation, unsigned flags, const void *arguments);

/* capset(2) and capget(2), version 3: two 32-bit words a set. */
int sys_capset(const struct __user_cap_data_struct data[2]);
int sys_capget(struct __user_cap_data_struct data[2]);

/* keyctl(2), the operations that need no more than two arguments. */
long sys_keyctl(int operation, unsigned long argument2, unsigned long argument3);

/* bpf(2). */
int sys_bpf(int command, union bpf_attr *attributes, size_t size);

/* landlock_create_ruleset(2), landlock_add_rule(2), landlock_restrict_self(2). The structures of
 * newer kernels than the headers are passed as bytes. */
int sys_landlock_create_ruleset(const void *attributes, size_t size, uint32_t flags);
int sys_landlock_add_rule(int ruleset_fd, int type, const void *attributes, uint32_t flags);
int sys_landlock_restrict_self(int ruleset_fd, uint32_t flags);

/* setgroups(2), setresgid(2) and setresuid(2) of this thread only: the C library's functions would
 * first look for other threads. */
int sys_setgroups(size_t n_groups, const gid_t *groups);
int sys_setresgid(gid_t gid);
int sys_setresuid(uid_t uid);

#endif
