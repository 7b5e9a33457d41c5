/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/coverage.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/order_container.h"
#include "agentrun/harden/order_process.h"
#include "agentrun/harden/order_resources.h"

/* clang-format off */
static const struct coverage table[] = {
    { .member = "ociVersion", .harmless = "decoding refuses what it does not understand" },
    { .member = "process.terminal", .harmless = "a terminal is always new and the container's own" },
    { .member = "process.consoleSize", .harmless = "16 bits each, and only a size" },
    { .member = "process.user", .rules = "user.invalid-id" },
    { .member = "process.user.uid", .rules = "user.root user.invalid-id",
      .is_within = order_uid },
    { .member = "process.user.gid", .rules = "user.gid-root user.root user.invalid-id",
      .is_within = order_gid },
    { .member = "process.user.umask", .rules = "user.umask", .is_within = order_umask },
    { .member = "process.user.additionalGids", .rules = "user.groups user.invalid-id",
      .is_within = order_groups },
    { .member = "process.user.username", .harmless = "means nothing on Linux" },
    { .member = "process.args", .harmless = "what runs is confined, whatever it is" },
    { .member = "process.env", .rules = "env.invalid env.default env.directories" },
    { .member = "process.cwd", .rules = "process.cwd" },
    { .member = "process.capabilities", .rules = "caps.absent caps.unknown" },
    { .member = "process.capabilities.bounding", .rules = "caps.bounding",
      .is_within = order_bounding },
    { .member = "process.capabilities.effective", .rules = "caps.dropped",
      .is_within = order_effective },
    { .member = "process.capabilities.permitted", .rules = "caps.dropped",
      .is_within = order_permitted },
    { .member = "process.capabilities.inheritable", .rules = "caps.inheritable",
      .is_within = order_inheritable },
    { .member = "process.capabilities.ambient", .rules = "caps.ambient",
      .is_within = order_ambient },
    { .member = "process.rlimits",
      .rules = "rlimit.core rlimit.clamped rlimit.invalid rlimit.container",
      .is_within = order_rlimits },
    { .member = "process.noNewPrivileges", .rules = "process.nnp",
      .is_within = order_no_new_privileges },
    { .member = "process.apparmorProfile", .rules = "lsm.apparmor" },
    { .member = "process.selinuxLabel", .rules = "lsm.selinux" },
    { .member = "process.oomScoreAdj", .rules = "process.oom-score",
      .is_within = order_oom_score },
    { .member = "process.scheduler", .rules = "process.scheduler", .is_within = order_scheduler },
    { .member = "process.ioPriority", .rules = "process.io-priority",
      .is_within = order_io_priority },
    { .member = "process.execCPUAffinity", .rules = "process.exec-affinity",
      .is_within = order_exec_affinity },
    { .member = "process.commandLine", .harmless = "means nothing on Linux" },
    { .member = "root.path", .rules = "root.path" },
    { .member = "root.readonly", .rules = "root.readonly", .is_within = order_root },
    { .member = "hostname", .rules = "ns.uts" },
    { .member = "domainname", .rules = "ns.uts" },
    { .member = "mounts",
      .rules = "mounts.too-many mounts.order mounts.duplicate mounts.missing mounts.scratch "
               "devices.node",
      .is_within = order_mounts },
    { .member = "mounts[].destination",
      .rules = "mounts.destination mounts.over-root mounts.over-proc mounts.over-dev" },
    { .member = "mounts[].type",
      .rules = "mounts.type mounts.overlay mounts.proc mounts.sysfs mounts.cgroup mounts.devpts "
               "mounts.mqueue" },
    { .member = "mounts[].source",
      .rules = "mounts.source-missing mounts.source-type mounts.engine-socket "
               "mounts.device-source mounts.nsfs mounts.kernel-fs mounts.host-root "
               "mounts.host-path mounts.volume-device mounts.shm" },
    { .member = "mounts[].options",
      .rules = "mounts.remount mounts.unknown-option mounts.recursive-clear mounts.propagation "
               "mounts.idmap mounts.forced-flags mounts.forced-ro mounts.tmpfs-size",
      .is_within = order_mount_flags },
    { .member = "mounts[].uidMappings", .rules = "mounts.idmap" },
    { .member = "mounts[].gidMappings", .rules = "mounts.idmap" },
    { .member = "hooks.prestart", .rules = "hooks.host hooks.env hooks.timeout",
      .is_within = order_hooks },
    { .member = "hooks.createRuntime", .rules = "hooks.host hooks.env hooks.timeout" },
    { .member = "hooks.createContainer", .rules = "hooks.create-container" },
    { .member = "hooks.startContainer", .rules = "hooks.start-container" },
    { .member = "hooks.poststart", .rules = "hooks.post" },
    { .member = "hooks.poststop", .rules = "hooks.post" },
    { .member = "annotations", .harmless = "shown in the state, never obeyed" },
    { .member = "linux.namespaces",
      .rules = "ns.mount ns.pid-path ns.ipc ns.uts ns.cgroup ns.user-path ns.time "
               "net.namespace-missing net.namespace-path",
      .is_within = order_namespaces },
    { .member = "linux.uidMappings", .rules = "ids.mapping", .is_within = order_id_maps },
    { .member = "linux.gidMappings", .rules = "ids.mapping" },
    { .member = "linux.timeOffsets", .rules = "ns.time" },
    { .member = "linux.devices", .rules = "devices.path devices.node devices.forged devices.mode",
      .is_within = order_devices },
    { .member = "linux.devices[].uid", .harmless = "whose node it is adds no right to a device "
                                                   "that everybody may use" },
    { .member = "linux.devices[].gid", .harmless = "as for its uid" },
    { .member = "linux.cgroupsPath", .rules = "cgroup.path" },
    { .member = "linux.resources.devices", .rules = "devices.cgroup",
      .is_within = order_device_rules },
    { .member = "linux.resources.memory.limit", .rules = "memory.limit",
      .is_within = order_memory_limit },
    { .member = "linux.resources.memory.reservation", .rules = "memory.reservation",
      .is_within = order_memory_reservation },
    { .member = "linux.resources.memory.swap", .rules = "memory.swap",
      .is_within = order_memory_swap },
    { .member = "linux.resources.memory.kernel", .rules = "memory.kernel" },
    { .member = "linux.resources.memory.kernelTCP", .rules = "memory.kernel" },
    { .member = "linux.resources.memory.swappiness", .rules = "memory.swappiness",
      .is_within = order_swappiness },
    { .member = "linux.resources.memory.disableOOMKiller", .rules = "memory.oom-disable",
      .is_within = order_oom_killer },
    { .member = "linux.resources.memory.useHierarchy", .rules = "memory.hierarchy" },
    { .member = "linux.resources.memory.checkBeforeUpdate", .rules = "memory.check-update" },
    { .member = "linux.resources.cpu.shares", .rules = "cpu.shares",
      .is_within = order_cpu_shares },
    { .member = "linux.resources.cpu.quota", .rules = "cpu.quota", .is_within = order_cpu_quota },
    { .member = "linux.resources.cpu.period", .rules = "cpu.quota" },
    { .member = "linux.resources.cpu.burst", .rules = "cpu.burst",
      .is_within = order_cpu_burst },
    { .member = "linux.resources.cpu.realtimeRuntime", .rules = "cpu.realtime" },
    { .member = "linux.resources.cpu.realtimePeriod", .rules = "cpu.realtime" },
    { .member = "linux.resources.cpu.idle",
      .harmless = "decoding takes 0 and 1 only, and 1 gives the container less" },
    { .member = "linux.resources.cpu.cpus", .rules = "cpu.cpuset" },
    { .member = "linux.resources.cpu.mems", .rules = "cpu.cpuset" },
    { .member = "linux.resources.pids.limit", .rules = "pids.limit",
      .is_within = order_pids },
    { .member = "linux.resources.blockIO.weight", .rules = "blkio.clamped",
      .is_within = order_block_io_weight },
    { .member = "linux.resources.blockIO.leafWeight", .rules = "blkio.clamped" },
    { .member = "linux.resources.blockIO.weightDevice", .rules = "blkio.clamped" },
    { .member = "linux.resources.blockIO.throttleReadBpsDevice",
      .harmless = "a limit, where there is none otherwise" },
    { .member = "linux.resources.blockIO.throttleWriteBpsDevice",
      .harmless = "a limit, where there is none otherwise" },
    { .member = "linux.resources.blockIO.throttleReadIOPSDevice",
      .harmless = "a limit, where there is none otherwise" },
    { .member = "linux.resources.blockIO.throttleWriteIOPSDevice",
      .harmless = "a limit, where there is none otherwise" },
    { .member = "linux.resources.hugepageLimits", .rules = "hugepage.limit",
      .is_within = order_hugepages },
    { .member = "linux.resources.network", .rules = "net.class" },
    { .member = "linux.resources.rdma", .rules = "rdma.limit" },
    { .member = "linux.resources.unified", .rules = "cgroup.unified",
      .is_within = order_unified },
    { .member = "linux.rootfsPropagation", .rules = "root.propagation" },
    { .member = "linux.seccomp", .rules = "seccomp.limits" },
    { .member = "linux.seccomp.defaultAction", .rules = "seccomp.listener",
      .is_within = order_seccomp },
    { .member = "linux.seccomp.defaultErrnoRet", .rules = "seccomp.listener" },
    { .member = "linux.seccomp.architectures", .rules = "seccomp.limits" },
    { .member = "linux.seccomp.flags",
      .rules = "seccomp.log seccomp.spec-allow seccomp.tsync seccomp.killable "
               "seccomp.unknown-flag",
      .is_within = order_seccomp_flags },
    { .member = "linux.seccomp.listenerPath", .rules = "seccomp.listener" },
    { .member = "linux.seccomp.listenerMetadata", .rules = "seccomp.listener" },
    { .member = "linux.seccomp.syscalls", .rules = "seccomp.limits seccomp.listener" },
    { .member = "linux.sysctl", .rules = "sysctl.syntax sysctl.host sysctl.net",
      .is_within = order_sysctls },
    { .member = "linux.maskedPaths", .rules = "paths.masked paths.invalid",
      .is_within = order_masked_paths },
    { .member = "linux.readonlyPaths", .rules = "paths.readonly paths.invalid",
      .is_within = order_readonly_paths },
    { .member = "linux.mountLabel", .harmless = "a label of the engine's choice; the policy of the "
                                                "security module decides what it means" },
    { .member = "linux.intelRdt", .rules = "rdt.dropped", .is_within = order_sections },
    { .member = "linux.personality", .rules = "process.personality" },
    { .member = "linux.netDevices", .rules = "net.devices" },
    { .member = "linux.memoryPolicy", .rules = "memory.policy" },
    { .member = "solaris", .rules = "spec.foreign-platform" },
    { .member = "windows", .rules = "spec.foreign-platform" },
    { .member = "vm", .rules = "spec.foreign-platform" },
    { .member = "zos", .rules = "spec.foreign-platform" },
    { .member = "freebsd", .rules = "spec.foreign-platform" },
};
/* clang-format on */

const struct coverage *coverage_table(size_t *out_n_rows)
{
    *out_n_rows = ARRAY_SIZE(table);
    return table;
}

static bool is_around(const char *outer, const char *member)
{
    size_t n_bytes = strlen(outer);

    return strncmp(outer, member, n_bytes) == 0 &&
           (member[n_bytes] == '\0' || member[n_bytes] == '.' || member[n_bytes] == '[');
}

const struct coverage *coverage_find(const char *member)
{
    const struct coverage *nearest = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (is_around(table[i].member, member) &&
            (!nearest || strlen(table[i].member) > strlen(nearest->member)))
            nearest = &table[i];
    return nearest;
}
