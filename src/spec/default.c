/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/default.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agentrun/base/scope.h"

#define CAPABILITY_BIT(number) (UINT64_C(1) << (number))

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const char **copy_list(struct arena *arena, const char *const *list, size_t *out_n)
{
    const char **copy;
    size_t n = 0;

    while (list && list[n])
        n++;
    copy = ARENA_NEW_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++)
        copy[i] = list[i];
    *out_n = n;
    return copy;
}

enum wanted { BY_ALL, BY_ROOT, BY_ROOTLESS };

static const struct {
    const char *destination, *type, *source;
    const char *const *options; /* NULL: none */
    enum wanted wanted;
} mounts[] = {
    { "/proc", "proc", "proc", NULL, BY_ALL },
    { "/dev", "tmpfs", "tmpfs", LIST("nosuid", "strictatime", "mode=755", "size=65536k"), BY_ALL },
    { "/dev/pts", "devpts", "devpts",
      LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"), BY_ROOT },
    /* Group 5 is not mapped. */
    { "/dev/pts", "devpts", "devpts",
      LIST("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"), BY_ROOTLESS },
    { "/dev/shm", "tmpfs", "shm", LIST("nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
      BY_ALL },
    { "/dev/mqueue", "mqueue", "mqueue", LIST("nosuid", "noexec", "nodev"), BY_ALL },
    { "/sys", "sysfs", "sysfs", LIST("nosuid", "noexec", "nodev", "ro"), BY_ROOT },
    { "/sys", "none", "/sys", LIST("rbind", "nosuid", "noexec", "nodev", "ro"), BY_ROOTLESS },
    { "/sys/fs/cgroup", "cgroup", "cgroup", LIST("nosuid", "noexec", "nodev", "relatime", "ro"),
      BY_ALL },
};

static const struct {
    enum spec_namespace_kind kind;
    enum wanted wanted;
} namespaces[] = {
    { NAMESPACE_MOUNT, BY_ALL },     { NAMESPACE_PID, BY_ALL },    { NAMESPACE_IPC, BY_ALL },
    { NAMESPACE_UTS, BY_ALL },       { NAMESPACE_CGROUP, BY_ALL }, { NAMESPACE_NETWORK, BY_ROOT },
    { NAMESPACE_USER, BY_ROOTLESS },
};

static bool is_wanted(enum wanted wanted, bool rootless)
{
    return wanted == BY_ALL || (wanted == BY_ROOTLESS) == rootless;
}

static void fill_process(struct arena *arena, struct spec_process *process)
{
    struct spec_capability_set set = { true, CAPABILITY_BIT(CAP_AUDIT_WRITE) |
                                                 CAPABILITY_BIT(CAP_KILL) |
                                                 CAPABILITY_BIT(CAP_NET_BIND_SERVICE) };

    process->terminal = true;
    process->args = copy_list(arena, LIST("sh"), &process->n_args);
    process->env = copy_list(
        arena,
        LIST("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"),
        &process->n_env);
    process->cwd = "/";
    process->capabilities = (struct spec_capabilities){
        .is_set = true,
        .bounding = set,
        .effective = set,
        .permitted = set,
    };
    process->n_rlimits = 1;
    process->rlimits = ARENA_NEW(arena, struct spec_rlimit);
    process->rlimits[0] = (struct spec_rlimit){ "RLIMIT_NOFILE", RLIMIT_NOFILE, 1024, 1024 };
    process->no_new_privileges = (struct optional_bool){ true, true };
}

static void fill_mounts(struct arena *arena, bool rootless, struct spec *spec)
{
    spec->mounts = ARENA_NEW_ARRAY(arena, struct spec_mount, ARRAY_SIZE(mounts));
    for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
        struct spec_mount *mount = &spec->mounts[spec->n_mounts];

        if (!is_wanted(mounts[i].wanted, rootless))
            continue;
        spec->n_mounts++;
        mount->destination = mounts[i].destination;
        mount->type = mounts[i].type;
        mount->source = mounts[i].source;
        mount->options = copy_list(arena, mounts[i].options, &mount->n_options);
    }
}

static struct spec_id_mapping *map_root_to(struct arena *arena, uint32_t host_id)
{
    struct spec_id_mapping *mapping = ARENA_NEW(arena, struct spec_id_mapping);

    *mapping = (struct spec_id_mapping){ .container_id = 0, .host_id = host_id, .size = 1 };
    return mapping;
}

static void fill_linux(struct arena *arena, bool rootless, struct spec_linux *section)
{
    section->is_set = true;
    for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++)
        if (is_wanted(namespaces[i].wanted, rootless))
            section->namespaces[namespaces[i].kind].is_set = true;
    section->masked_paths =
        copy_list(arena,
                  LIST("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
                       "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                       "/proc/sched_debug", "/sys/firmware", "/proc/scsi"),
                  &section->n_masked_paths);
    section->readonly_paths = copy_list(
        arena, LIST("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
        &section->n_readonly_paths);
    if (rootless) {
        section->n_uid_mappings = section->n_gid_mappings = 1;
        section->uid_mappings = map_root_to(arena, geteuid());
        section->gid_mappings = map_root_to(arena, getegid());
        return;
    }
    section->resources.is_set = true;
    section->resources.n_devices = 1;
    section->resources.devices = ARENA_NEW(arena, struct spec_device_rule);
    section->resources.devices[0] = (struct spec_device_rule){ .allow = false, .access = "rwm" };
}

void spec_default(struct arena *arena, bool rootless, struct spec *out_spec)
{
    *out_spec = (struct spec){
        .oci_version = "1.2.0",
        .has_process = true,
        .root = { .is_set = true, .path = "rootfs", .readonly = true },
        .hostname = "agentrun",
    };
    fill_process(arena, &out_spec->process);
    fill_mounts(arena, rootless, out_spec);
    fill_linux(arena, rootless, &out_spec->linux);
}
