/* SPDX-License-Identifier: Apache-2.0
 *
 * System calls by name for `probe syscall`: one row each, with arguments that reach the check which
 * the tests are interested in. A call whose success would harm the probe runs in a child.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

const char *error_name(void)
{
    const char *name = strerrorname_np(errno);

    return name ? name : "unknown";
}

struct call {
    const char *name;
    long number;
    long arguments[6];
};

#define TEXT(text) ((long)(intptr_t)(text))
#define BIG        (1L << 32) /* a bit that the kernel ignores in 32-bit arguments */

static struct clone_args empty_clone3 = { .exit_signal = SIGCHLD };
static char buffer[4096];

static const struct call calls[] = {
    /* namespaces */
    { "unshare", SYS_unshare, { CLONE_NEWNS } },
    { "unshare-user", SYS_unshare, { CLONE_NEWUSER } },
    { "unshare-net", SYS_unshare, { CLONE_NEWNET } },
    { "unshare-pid", SYS_unshare, { CLONE_NEWPID } },
    { "unshare-ipc", SYS_unshare, { CLONE_NEWIPC } },
    { "unshare-uts", SYS_unshare, { CLONE_NEWUTS } },
    { "unshare-cgroup", SYS_unshare, { CLONE_NEWCGROUP } },
    { "unshare-time", SYS_unshare, { CLONE_NEWTIME } },
    { "clone-user", SYS_clone, { CLONE_NEWUSER | SIGCHLD } },
    { "clone-user-high-bits", SYS_clone, { CLONE_NEWUSER | SIGCHLD | BIG } },
    { "clone-net", SYS_clone, { CLONE_NEWNET | SIGCHLD } },
    { "clone-plain", SYS_clone, { SIGCHLD } },
    { "clone3", SYS_clone3, { TEXT(&empty_clone3), sizeof(empty_clone3) } },
    { "setns", SYS_setns, { -1, 0 } },
    /* mounts */
    { "mount", SYS_mount, { TEXT("none"), TEXT("/tmp"), TEXT("tmpfs"), 0, 0 } },
    { "mount-remount", SYS_mount, { TEXT("none"), TEXT("/"), 0, 0x20 | 0x1000, 0 } },
    { "umount2", SYS_umount2, { TEXT("/proc/keys"), 2 } },
    { "pivot_root", SYS_pivot_root, { TEXT("/"), TEXT("/") } },
    { "chroot", SYS_chroot, { TEXT("/tmp") } },
    { "fsopen", SYS_fsopen, { TEXT("tmpfs"), 0 } },
    { "fsmount", SYS_fsmount, { -1, 0, 0 } },
    { "open_tree", SYS_open_tree, { AT_FDCWD, TEXT("/"), 1 } },
    { "move_mount", SYS_move_mount, { -1, TEXT(""), -1, TEXT(""), 4 } },
    { "mount_setattr", SYS_mount_setattr, { -1, TEXT(""), 0x1000, TEXT(buffer), 32 } },
    { "open_by_handle_at", SYS_open_by_handle_at, { -1, TEXT(buffer), 0 } },
    { "swapon", SYS_swapon, { TEXT("/x"), 0 } },
    { "mknod-block", SYS_mknodat, { AT_FDCWD, TEXT("/tmp/probe-b"), S_IFBLK | 0600, 0x800 } },
    { "mknod-char", SYS_mknodat, { AT_FDCWD, TEXT("/tmp/probe-c"), S_IFCHR | 0600, 0x103 } },
    /* other processes */
    { "ptrace", SYS_ptrace, { PTRACE_ATTACH, 1, 0, 0 } },
    { "process_vm_readv", SYS_process_vm_readv, { 1, 0, 0, 0, 0, 0 } },
    { "process_vm_writev", SYS_process_vm_writev, { 1, 0, 0, 0, 0, 0 } },
    { "pidfd_getfd", SYS_pidfd_getfd, { -1, 0, 0 } },
    { "kcmp", SYS_kcmp, { 1, 1, 0, 0, 0 } },
    /* the kernel */
    { "bpf", SYS_bpf, { 0, 0, 0 } },
    { "perf_event_open", SYS_perf_event_open, { TEXT(buffer), 0, -1, -1, 0 } },
    { "userfaultfd", SYS_userfaultfd, { 0 } },
    { "init_module", SYS_init_module, { TEXT(buffer), 0, TEXT("") } },
    { "kexec_load", SYS_kexec_load, { 0, 0, 0, 0 } },
    { "reboot", SYS_reboot, { 0, 0, 0, 0 } },
    { "syslog", SYS_syslog, { 3, TEXT(buffer), sizeof(buffer) } },
    { "settimeofday", SYS_settimeofday, { TEXT(buffer), 0 } },
    { "sethostname", SYS_sethostname, { TEXT("changed"), 7 } },
    { "acct", SYS_acct, { TEXT("/x") } },
    { "fanotify_init", SYS_fanotify_init, { 0, 0 } },
    { "io_uring_setup", SYS_io_uring_setup, { 1, TEXT(buffer) } },
    { "io_uring_enter", SYS_io_uring_enter, { -1, 0, 0, 0, 0, 0 } },
    { "add_key", SYS_add_key, { TEXT("user"), TEXT("probe"), TEXT("x"), 1, -3 } },
    { "keyctl", SYS_keyctl, { 0, -3, 1, 0, 0 } },
    { "request_key", SYS_request_key, { TEXT("user"), TEXT("probe"), 0, 0 } },
    { "personality", SYS_personality, { READ_IMPLIES_EXEC } },
    { "personality-read", SYS_personality, { 0xffffffff } },
    { "unknown-470", 470, { 0 } },
    { "unknown-1000", 1000, { 0 } },
    /* rights */
    { "setuid-root", SYS_setuid, { 0 } },
    { "setgid-root", SYS_setgid, { 0 } },
    { "setgroups", SYS_setgroups, { 0, 0 } },
    { "ambient-raise", SYS_prctl, { PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0 } },
    { "no-new-privs-off", SYS_prctl, { PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0 } },
    { "sched-fifo", SYS_sched_setscheduler, { 0, SCHED_FIFO, TEXT("\1\0\0\0") } },
    { "nice-up", SYS_setpriority, { 0, 0, -20 } },
    { "kill-init", SYS_kill, { 1, 0 } },
    /* modes */
    { "chmod-setuid", SYS_fchmodat, { AT_FDCWD, TEXT("/tmp"), 04755 } },
    { "mkdir-setgid", SYS_mkdirat, { AT_FDCWD, TEXT("/tmp/probe-d"), 02755 } },
    { "open-setuid", SYS_openat, { AT_FDCWD, TEXT("/tmp/probe-s"), O_CREAT | O_WRONLY, 04755 } },
    { "openat2", SYS_openat2, { AT_FDCWD, TEXT("/"), TEXT(buffer), 24 } },
    { "open-plain", SYS_openat, { AT_FDCWD, TEXT("/tmp/probe-p"), O_CREAT | O_WRONLY, 0644 } },
    /* terminals: what stands in argument one decides, whatever the descriptor is */
    { "tiocsti", SYS_ioctl, { 0, TIOCSTI, TEXT("x") } },
    { "tiocsti-high-bits", SYS_ioctl, { 0, TIOCSTI | BIG, TEXT("x") } },
    { "tioclinux", SYS_ioctl, { 0, TIOCLINUX, TEXT("\2") } },
    /* sockets */
    { "socket-unix", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
    { "socket-inet", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
    { "socket-inet6", SYS_socket, { AF_INET6, SOCK_STREAM, 0 } },
    { "socket-route", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
    { "socket-audit", SYS_socket, { AF_NETLINK, SOCK_RAW, 9 } },
    { "socket-netfilter", SYS_socket, { AF_NETLINK, SOCK_RAW, 12 } },
    { "socket-uevent", SYS_socket, { AF_NETLINK, SOCK_RAW, 15 } },
    { "socket-packet", SYS_socket, { AF_PACKET, SOCK_RAW, 0 } },
    { "socket-raw", SYS_socket, { AF_INET, SOCK_RAW, 1 } },
    { "socket-vsock", SYS_socket, { AF_VSOCK, SOCK_STREAM, 0 } },
    { "socket-vsock-high-bits", SYS_socket, { AF_VSOCK | BIG, SOCK_STREAM, 0 } },
    { "socket-alg", SYS_socket, { AF_ALG, SOCK_SEQPACKET, 0 } },
    { "socket-xdp", SYS_socket, { AF_XDP, SOCK_RAW, 0 } },
    { "socket-tipc", SYS_socket, { AF_TIPC, SOCK_STREAM, 0 } },
    { "socket-bluetooth", SYS_socket, { AF_BLUETOOTH, SOCK_STREAM, 0 } },
};

/* A filter of the program's own that allows everything must not undo what is denied. */
static void allow_everything(void)
{
    struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog program = { 1, code };

    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
        printf("own filter: %s\n", error_name());
}

/* Runs in a child: exit status is the errno, 0 for success. */
static int child_call(const struct call *call)
{
    const long *a = call->arguments;
    long result = syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);

    return result == -1 ? errno : 0;
}

static void report_call(const struct call *call)
{
    int status;
    pid_t pid;

    fflush(stdout);
    pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(child_call(call));
    if (pid < 0 || waitpid(pid, &status, 0) < 0) {
        json_text(call->name, "not tried");
        return;
    }
    if (WIFSIGNALED(status)) {
        json_text(call->name, sigabbrev_np(WTERMSIG(status)));
        return;
    }
    errno = WEXITSTATUS(status);
    json_text(call->name, errno ? error_name() : "ok");
}

int report_calls(char **names)
{
    json_open(NULL, '{');
    for (; *names; names++) {
        size_t i = 0;

        if (!strcmp(*names, "--own-filter")) {
            allow_everything();
            continue;
        }
        while (i < sizeof(calls) / sizeof(calls[0]) && strcmp(calls[i].name, *names))
            i++;
        if (i == sizeof(calls) / sizeof(calls[0])) {
            fprintf(stderr, "probe: unknown call %s\n", *names);
            return 64;
        }
        report_call(&calls[i]);
    }
    json_close('}');
    putchar('\n');
    return 0;
}
