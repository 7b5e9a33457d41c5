/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/policy/builtin.h"

#include <sys/resource.h>

#include "agentrun/base/scope.h"

#define KIB         UINT64_C(1024)
#define MIB         (1024 * KIB)
#define LIST(array) (array), .n_##array = ARRAY_SIZE(array)

/* clang-format off */
/* What the kernel counts for each user id is shared by all containers that run as nobody, so these
 * are far above what one container gets by its control group. */
static const struct policy_rlimit rlimits[] = {
    { "RLIMIT_CORE",       RLIMIT_CORE,       0,          0,          0 },
    { "RLIMIT_NOFILE",     RLIMIT_NOFILE,     1024,       4096,       4096 },
    { "RLIMIT_NPROC",      RLIMIT_NPROC,      16384,      16384,      16384 },
    { "RLIMIT_MEMLOCK",    RLIMIT_MEMLOCK,    64 * KIB,   64 * KIB,   64 * KIB },
    { "RLIMIT_MSGQUEUE",   RLIMIT_MSGQUEUE,   819200,     819200,     819200 },
    { "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING, 4096,       4096,       4096 },
    /* An unlimited stack would make the kernel lay out memory in the old, more predictable way. */
    { "RLIMIT_STACK",      RLIMIT_STACK,      8 * MIB,    64 * MIB,   64 * MIB },
    { "RLIMIT_RTPRIO",     RLIMIT_RTPRIO,     0,          0,          0 },
    { "RLIMIT_NICE",       RLIMIT_NICE,       0,          0,          0 },
};

static const struct policy_variable variables[] = {
    { "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", false },
    { "HOME", "/tmp", true },
    { "TMPDIR", "/tmp", true },
    { "XDG_CACHE_HOME", "/tmp", true },
    { "MPLCONFIGDIR", "/tmp", true },
};

static const struct policy_path allowed[] = {
    { "/tmp/**",               .writable = true, .may_be_mount = true },
    { "/var/tmp/**",           .writable = true, .may_be_mount = true },
    { "/srv/agentrun/**",      .writable = true, .may_be_mount = true },
    { "/var/lib/agentrun/**",  .writable = true, .may_be_mount = true },
};

#define NAME_FILE(pattern) { pattern, .is_file = true }

static const struct policy_path engine_files[] = {
    /* Docker. The data directory may be anywhere, so the ends of the paths are what is known; the
     * id may be another container's, whose network this one was to share. */
    NAME_FILE("**/containers/*/resolv.conf"),
    NAME_FILE("**/containers/*/hostname"),
    NAME_FILE("**/containers/*/hosts"),
    NAME_FILE("**/buildkit/executor/resolv*.conf"),
    NAME_FILE("**/buildkit/executor/hosts*"),
    { "**/volumes/*/_data", .writable = true },
    { "/usr/bin/docker-init", "/sbin/docker-init", .is_file = true },
    { "/usr/sbin/docker-init", "/sbin/docker-init", .is_file = true },
    { "/usr/local/bin/docker-init", "/sbin/docker-init", .is_file = true },
    { "/usr/libexec/docker/docker-init", "/sbin/docker-init", .is_file = true },
    { "/usr/bin/tini*", "/sbin/docker-init", .is_file = true },
    { "/run/docker/containers/$ID/secrets", .may_be_mount = true },
    { "**/containers/$ID/mounts/secrets", .may_be_mount = true },
    /* Podman and buildah. */
    NAME_FILE("**/*-containers/*/userdata/resolv.conf"),
    NAME_FILE("**/*-containers/*/userdata/hostname"),
    NAME_FILE("**/*-containers/*/userdata/hosts"),
    NAME_FILE("**/*-containers/*/userdata/.containerenv"),
    { .pattern = "**/*-containers/*/userdata/run/secrets" },
    NAME_FILE("**/*-containers/*/userdata/secrets/*"),
    { "/usr/bin/catatonit", "/run/podman-init", .is_file = true },
    { "/usr/libexec/podman/catatonit", "/run/podman-init", .is_file = true },
    { "/usr/lib/podman/catatonit", "/run/podman-init", .is_file = true },
    { "/usr/bin/tini*", "/run/podman-init", .is_file = true },
    { "/usr/bin/catatonit", "/dev/init", .is_file = true },
    { "/usr/libexec/podman/catatonit", "/dev/init", .is_file = true },
    NAME_FILE("/var/tmp/buildah*/resolv.conf"),
    NAME_FILE("/var/tmp/buildah*/hostname"),
    NAME_FILE("/var/tmp/buildah*/hosts"),
    NAME_FILE("/var/tmp/buildah*/run/.containerenv"),
    /* containerd's CRI plug-in. */
    NAME_FILE("**/io.containerd.grpc.v1.cri/sandboxes/*/resolv.conf"),
    NAME_FILE("**/io.containerd.grpc.v1.cri/sandboxes/*/hostname"),
    NAME_FILE("**/io.containerd.grpc.v1.cri/sandboxes/*/hosts"),
    { "**/io.containerd.grpc.v1.cri/containers/*/volumes/*", .writable = true },
    /* kubelet. */
    { "/var/lib/kubelet/pods/*/volumes/**", .writable = true, .may_be_mount = true },
    { "/var/lib/kubelet/pods/*/volume-subpaths/**", .writable = true, .may_be_mount = true },
    { "/var/lib/kubelet/pods/*/containers/**", "/dev/termination-log", .writable = true },
    { "/var/lib/kubelet/pods/*/etc-hosts", .is_file = true },
    /* The host's own, where the engine shares the host's network: names and servers only. */
    { "/etc/hosts", "/etc/hosts", .is_file = true },
    { "/etc/resolv.conf", "/etc/resolv.conf", .is_file = true },
    { "/run/systemd/resolve/*resolv.conf", "/etc/resolv.conf", .is_file = true },
    { "/etc/hostname", "/etc/hostname", .is_file = true },
};

static const char *const denied[] = {
    "/boot", "/dev", "/etc", "/home", "/lib/modules", "/opt", "/proc", "/root", "/run", "/sys",
    "/usr", "/var/cache", "/var/lib/containerd", "/var/lib/containers", "/var/lib/cni",
    "/var/lib/crio", "/var/lib/docker", "/var/lib/kubelet", "/var/lib/rancher", "/var/lib/dpkg",
    "/var/log", "/var/mail", "/var/run", "/var/spool",
    /* Sockets and files of other users and services below /tmp. */
    "/tmp/.X11-unix", "/tmp/.ICE-unix", "/tmp/.font-unix", "/tmp/.XIM-unix", "/tmp/ssh-*",
    "/tmp/tmux-*", "/tmp/systemd-private-*", "/var/tmp/systemd-private-*", "/tmp/snap-private-tmp",
};

static const struct policy_device nodes[] = {
    { "/dev/null", 1, 3 },
    { "/dev/zero", 1, 5 },
    { "/dev/full", 1, 7 },
    { "/dev/random", 1, 8 },
    { "/dev/urandom", 1, 9 },
    { "/dev/tty", 5, 0 },
};

static const struct policy_device_rule rules[] = {
    { 1, 3 }, { 1, 5 }, { 1, 7 }, { 1, 8 }, { 1, 9 }, { 5, 0 },
    { 5, 2 },    /* ptmx */
    { 136, -1 }, /* pts */
};

static const char *const masked[] = {
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore",
    "/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/pagetypeinfo", "/proc/sched_debug",
    "/proc/scsi", "/proc/slabinfo", "/proc/timer_list", "/proc/timer_stats", "/proc/vmallocinfo",
    "/sys/devices/virtual/powercap", "/sys/firmware", "/sys/fs/bpf", "/sys/kernel/debug",
    "/sys/kernel/security", "/sys/kernel/tracing",
};

static const char *const readonly[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

#define NUMBERS "0123456789 \t"
#define NAMES   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"

/* What means something in a network namespace with nothing but loopback, and what belongs to
 * the container's own IPC and UTS namespaces. */
static const struct policy_sysctl allowed_sysctls[] = {
    { "net.ipv4.ip_unprivileged_port_start", NUMBERS },
    { "net.ipv4.ping_group_range", NUMBERS },
    { "net.ipv4.ip_local_port_range", NUMBERS },
    { "net.core.somaxconn", NUMBERS },
    { "kernel.domainname", NAMES }, /* how engines set it */
    { "kernel.msgmax", NUMBERS },
    { "kernel.msgmnb", NUMBERS },
    { "kernel.msgmni", NUMBERS },
    { "kernel.sem", NUMBERS },
    { "kernel.shmall", NUMBERS },
    { "kernel.shmmax", NUMBERS },
    { "kernel.shmmni", NUMBERS },
    { "kernel.shm_rmid_forced", NUMBERS },
    { "fs.mqueue.*", NUMBERS },
};

static const struct policy_hook allowed_hooks[] = {
    { "**/dockerd", "libnetwork-setkey" },
};
/* clang-format on */

static const struct policy builtin = {
    .user = { .root = POLICY_ROOT_NOBODY,
              .nobody_uid = 65534,
              .nobody_gid = 65534,
              .umask_bits = 022,
              .lowest_mapped_id = 1000 },
    .process = { .rlimits = LIST(rlimits), .variables = LIST(variables) },
    .resources = { .memory_limit_bytes = 512 * MIB,
                   .swappiness_maximum = 60,
                   .pids_limit = 256,
                   .cpu_quota_us = 200000,
                   .cpu_period_us = 100000,
                   .cpu_period_minimum_us = 10000,
                   .cpu_period_maximum_us = 1000000,
                   .cpu_shares = 1024,
                   .block_io_weight = 100,
                   .oom_score_adj_minimum = 500,
                   .cgroup_parent = "/agentrun" },
    .scratch = { .tmp_bytes = 256 * MIB,
                 .var_tmp_bytes = 16 * MIB,
                 .run_bytes = 16 * MIB,
                 .shm_bytes = 64 * MIB,
                 .device_bytes = 64 * KIB,
                 .other_bytes = 64 * MIB,
                 .n_inodes = 16384 },
    .mounts = { .allowed = LIST(allowed),
                .engine_files = LIST(engine_files),
                .denied = LIST(denied),
                .max_mounts = 256,
                .max_terminals = 64 },
    .devices = { .nodes = LIST(nodes), .rules = LIST(rules) },
    .paths = { .masked = LIST(masked), .readonly = LIST(readonly), .max_paths = 512 },
    .sysctls = { .allowed = allowed_sysctls, .n_allowed = ARRAY_SIZE(allowed_sysctls) },
    .hooks = { .allowed = allowed_hooks,
               .n_allowed = ARRAY_SIZE(allowed_hooks),
               .timeout_maximum_s = 30 },
    .seccomp = { .max_names = 4096 },
};

const struct policy *policy_builtin(void)
{
    return &builtin;
}
