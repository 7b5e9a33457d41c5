/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/print.h"

#include <inttypes.h>
#include <linux/sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/text.h"

/* A bit, or a value of several bits, and what it is called. */
struct flag_name {
    uint64_t mask, value;
    const char *name;
};

#define BIT(flag, name)                                                                            \
    {                                                                                              \
        flag, flag, name                                                                           \
    }

static const struct flag_name namespace_names[] = {
    BIT(CLONE_NEWNS, "mount"),  BIT(CLONE_NEWPID, "pid"), BIT(CLONE_NEWNET, "network"),
    BIT(CLONE_NEWIPC, "ipc"),   BIT(CLONE_NEWUTS, "uts"), BIT(CLONE_NEWUSER, "user"),
    BIT(CLONE_NEWTIME, "time"),
};

static const struct flag_name attribute_names[] = {
    BIT(MOUNT_ATTR_RDONLY, "ro"),
    BIT(MOUNT_ATTR_NOSUID, "nosuid"),
    BIT(MOUNT_ATTR_NODEV, "nodev"),
    BIT(MOUNT_ATTR_NOEXEC, "noexec"),
    { MOUNT_ATTR__ATIME, MOUNT_ATTR_NOATIME, "noatime" },
    { MOUNT_ATTR__ATIME, MOUNT_ATTR_STRICTATIME, "strictatime" },
    { MOUNT_ATTR__ATIME, MOUNT_ATTR__ATIME, "atime" },
    BIT(MOUNT_ATTR_NODIRATIME, "nodiratime"),
    BIT(MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow"),
};

static const struct flag_name propagation_names[] = {
    BIT(MS_PRIVATE, "private"),
    BIT(MS_SLAVE, "slave"),
    BIT(MS_SHARED, "shared"),
    BIT(MS_UNBINDABLE, "unbindable"),
};

static const char *const rlimit_names[] = {
    [RLIMIT_CPU] = "CPU",           [RLIMIT_FSIZE] = "FSIZE",
    [RLIMIT_DATA] = "DATA",         [RLIMIT_STACK] = "STACK",
    [RLIMIT_CORE] = "CORE",         [RLIMIT_RSS] = "RSS",
    [RLIMIT_NPROC] = "NPROC",       [RLIMIT_NOFILE] = "NOFILE",
    [RLIMIT_MEMLOCK] = "MEMLOCK",   [RLIMIT_AS] = "AS",
    [RLIMIT_LOCKS] = "LOCKS",       [RLIMIT_SIGPENDING] = "SIGPENDING",
    [RLIMIT_MSGQUEUE] = "MSGQUEUE", [RLIMIT_NICE] = "NICE",
    [RLIMIT_RTPRIO] = "RTPRIO",     [RLIMIT_RTTIME] = "RTTIME",
};

static const char *const mount_kinds[] = {
    [PLAN_MOUNT_BIND] = "bind", [PLAN_MOUNT_FILESYSTEM] = "filesystem",
    [PLAN_MOUNT_DEV] = "dev",   [PLAN_MOUNT_CGROUP] = "cgroup",
    [PLAN_MOUNT_MASK] = "mask", [PLAN_MOUNT_READONLY] = "readonly",
};

static const char *const filter_names[N_PLAN_FILTERS] = {
    [PLAN_FILTER_DENYLIST] = "denylist",
    [PLAN_FILTER_CALLER] = "caller",
    [PLAN_FILTER_ENOSYS] = "enosys",
};

/* "key "value"" on a line of its own; nothing for NULL. */
static void add_line(struct text *text, const char *key, const char *value)
{
    if (!value)
        return;
    text_add(text, "%s ", key);
    text_add_quoted(text, value);
    text_add(text, "\n");
}

static void add_list(struct text *text, const char *key, const char *const *values)
{
    text_add(text, "%s", key);
    for (; *values; values++) {
        text_add(text, " ");
        text_add_quoted(text, *values);
    }
    text_add(text, "\n");
}

/* " prefix:name,name"; nothing when no bit is set. */
static void add_flags(struct text *text, const char *prefix, uint64_t bits,
                      const struct flag_name *names, size_t n_names)
{
    const char *separator = prefix;

    for (size_t i = 0; i < n_names; i++) {
        if ((bits & names[i].mask) != names[i].value)
            continue;
        text_add(text, "%s%s", separator, names[i].name);
        separator = ",";
    }
}

/* --- the environment of the container ------------------------------------------------------- */

static void print_root(struct text *text, const struct plan *plan)
{
    add_line(text, "id", plan->id);
    add_line(text, "bundle", plan->bundle);
    add_line(text, "oci-version", plan->oci_version);
    add_line(text, plan->root_readonly ? "root-readonly" : "root-writable", plan->root_path);
}

static void print_namespaces(struct text *text, const struct plan *plan)
{
    static const char *const decoys[] = {
        [PLAN_DECOY_NONE] = "none",
        [PLAN_DECOY_FRESH] = "fresh",
        [PLAN_DECOY_PATH] = "path",
    };

    text_add(text, "namespaces");
    add_flags(text, " ", plan->clone_flags, namespace_names, ARRAY_SIZE(namespace_names));
    text_add(text, "%s\n", plan->new_cgroup_namespace ? ",cgroup" : "");
    add_line(text, "uid-map", plan->uid_map);
    add_line(text, "gid-map", plan->gid_map);
    if (plan->uid_map)
        text_add(text, "root-ids %u:%u%s\n", plan->root_uid, plan->root_gid,
                 plan->deny_setgroups ? " setgroups denied" : "");
    add_line(text, "time-offsets", plan->time_offsets);
    text_add(text, "decoy %s", decoys[plan->decoy]);
    if (plan->decoy == PLAN_DECOY_PATH) {
        text_add(text, " ");
        text_add_quoted(text, plan->descriptors[plan->decoy_descriptor].path);
    }
    text_add(text, "\n");
    add_line(text, "hostname", plan->hostname);
    add_line(text, "domainname", plan->domainname);
    text_add(text, "keyring %s\n", plan->new_keyring ? "new" : "inherited");
}

static void add_id_mappings(struct text *text, const char *name,
                            const struct plan_id_mapping *mappings, size_t n_mappings)
{
    for (size_t i = 0; i < n_mappings; i++)
        text_add(text, " %s:%u:%u:%u", name, mappings[i].container_id, mappings[i].host_id,
                 mappings[i].size);
}

static void print_mount(struct text *text, const struct plan *plan, const struct plan_mount *mount)
{
    text_add(text, "mount %s ", mount_kinds[mount->kind]);
    text_add_quoted(text, mount->target);
    if (mount->kind == PLAN_MOUNT_BIND) {
        text_add(text, " from ");
        text_add_quoted(text, plan->descriptors[mount->source].path);
        text_add(text, "%s%s", mount->target_is_file ? " file" : "",
                 mount->recursive ? " recursive" : "");
    } else if (mount->filesystem_type) {
        text_add(text, " type %s", mount->filesystem_type);
    }
    for (size_t i = 0; i < mount->n_options; i++)
        text_add(text, " %s%s%s", mount->options[i].key, mount->options[i].value ? "=" : "",
                 mount->options[i].value ? mount->options[i].value : "");
    add_flags(text, " set:", mount->set, attribute_names, ARRAY_SIZE(attribute_names));
    add_flags(text, " clear:", mount->clear, attribute_names, ARRAY_SIZE(attribute_names));
    add_flags(text, " set-recursive:", mount->set_recursive, attribute_names,
              ARRAY_SIZE(attribute_names));
    add_flags(text, " clear-recursive:", mount->clear_recursive, attribute_names,
              ARRAY_SIZE(attribute_names));
    add_flags(text,
              mount->propagation_recursive ? " propagation:r" : " propagation:", mount->propagation,
              propagation_names, ARRAY_SIZE(propagation_names));
    if (mount->id_mapped) {
        add_id_mappings(text, "uid", mount->uid_mappings, mount->n_uid_mappings);
        add_id_mappings(text, "gid", mount->gid_mappings, mount->n_gid_mappings);
        text_add(text, "%s", mount->id_mapping_recursive ? " mapped-recursive" : "");
    }
    text_add(text, "%s%s (%s)\n", mount->made_at_home ? " at-home" : "",
             mount->copy_up ? " copy-up" : "", mount->place);
}

static void print_dev(struct text *text, const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_devices; i++) {
        const struct plan_device *device = &plan->devices[i];
        mode_t type = device->type_and_mode & S_IFMT;

        text_add(text, "device %s %c %u:%u %04o %u:%u\n", device->name,
                 type == S_IFCHR ? 'c' : (type == S_IFBLK ? 'b' : 'p'), device->major,
                 device->minor, device->type_and_mode & ~(mode_t)S_IFMT, device->uid, device->gid);
    }
    for (size_t i = 0; i < plan->n_links; i++)
        text_add(text, "link %s %s\n", plan->links[i].name, plan->links[i].target);
    for (size_t i = 0; i < plan->n_dev_directories; i++)
        text_add(text, "directory %s\n", plan->dev_directories[i]);
}

static void print_cgroup(struct text *text, const struct plan_cgroup *cgroup)
{
    add_line(text, "cgroup", cgroup->path);
    for (size_t i = 0; i < cgroup->n_writes; i++) {
        const struct cgroup_write *write = &cgroup->writes[i];

        text_add(text, "cgroup-write %s ", write->file);
        text_add_quoted(text, write->value);
        text_add(text, "%s%s\n", write->may_be_missing ? " if-present" : "",
                 write->may_be_refused ? " early" : "");
    }
    for (size_t i = 0; i < cgroup->n_device_rules; i++) {
        const struct cgroup_device_rule *rule = &cgroup->device_rules[i];

        text_add(text, "cgroup-device %s %c %" PRId64 ":%" PRId64 " %s%s%s\n",
                 rule->allow ? "allow" : "deny", rule->type, rule->major, rule->minor,
                 rule->read ? "r" : "", rule->write ? "w" : "", rule->mknod ? "m" : "");
    }
}

static void print_hooks(struct text *text, const struct plan *plan)
{
    for (int kind = 0; kind < N_PLAN_HOOK_KINDS; kind++) {
        for (size_t i = 0; i < plan->hooks[kind].n_hooks; i++) {
            const struct plan_hook *hook = &plan->hooks[kind].hooks[i];

            text_add(text, "hook %s ", plan_hook_name((enum plan_hook_kind)kind));
            text_add_quoted(text, hook->path);
            text_add(text, " timeout %u ms\n", hook->timeout_ms);
            add_list(text, "hook-argv", hook->argv);
            add_list(text, "hook-env", hook->envp);
        }
    }
}

/* --- the process ---------------------------------------------------------------------------- */

static void print_identity(struct text *text, const struct plan_process *process)
{
    const struct plan_capabilities *capabilities = &process->capabilities;

    text_add(text, "user %u:%u umask %04o\ngroups", process->uid, process->gid, process->umask);
    for (size_t i = 0; i < process->n_groups; i++)
        text_add(text, " %u", process->groups[i]);
    text_add(text,
             "\ncapabilities bounding %" PRIx64 " permitted %" PRIx64 " effective %" PRIx64
             " inheritable %" PRIx64 " ambient %" PRIx64 "\n",
             capabilities->bounding, capabilities->permitted, capabilities->effective,
             capabilities->inheritable, capabilities->ambient);
}

static void add_limit(struct text *text, uint64_t limit)
{
    if (limit == UINT64_MAX)
        text_add(text, " unlimited");
    else
        text_add(text, " %" PRIu64, limit);
}

static void print_limits(struct text *text, const struct plan_process *process)
{
    for (size_t i = 0; i < process->n_rlimits; i++) {
        int resource = process->rlimits[i].resource;
        bool is_known = resource >= 0 && (size_t)resource < ARRAY_SIZE(rlimit_names);

        text_add(text, "rlimit %s", is_known ? rlimit_names[resource] : "?");
        add_limit(text, process->rlimits[i].soft);
        add_limit(text, process->rlimits[i].hard);
        text_add(text, "\n");
    }
    if (process->has_oom_score_adj)
        text_add(text, "oom-score-adj %d\n", process->oom_score_adj);
    for (int i = 0; i < N_PLAN_FILTERS; i++) {
        const struct filter_program *filter = &process->filters[i];

        if (filter->n_instructions)
            text_add(text, "filter %s %u instructions flags %" PRIx32 "\n", filter_names[i],
                     filter->n_instructions, filter->flags);
    }
    if (process->landlock.handled_access_net || process->landlock.scoped)
        text_add(text, "landlock net %" PRIx64 " scoped %" PRIx64 "\n",
                 process->landlock.handled_access_net, process->landlock.scoped);
}

static void print_process(struct text *text, const struct plan_process *process)
{
    add_list(text, "argv", process->argv);
    for (const char **variable = process->envp; *variable; variable++)
        add_line(text, "env", *variable);
    for (size_t i = 0; i < process->n_candidates; i++)
        add_line(text, "candidate", process->candidates[i]);
    add_line(text, "cwd", process->cwd);
    print_identity(text, process);
    print_limits(text, process);
    if (process->terminal)
        text_add(text, "terminal %ux%u\n", process->console_width, process->console_height);
    add_line(text, "apparmor", process->apparmor_profile);
    add_line(text, "selinux", process->selinux_label);
}

const char *plan_print(struct arena *arena, const struct plan *plan)
{
    struct text text = { .arena = arena };

    print_root(&text, plan);
    print_namespaces(&text, plan);
    for (size_t i = 0; i < plan->n_mounts; i++)
        print_mount(&text, plan, &plan->mounts[i]);
    print_dev(&text, plan);
    for (size_t i = 0; i < plan->n_sysctls; i++)
        text_add(&text, "sysctl %s %s\n", plan->sysctls[i].path, plan->sysctls[i].value);
    print_cgroup(&text, &plan->cgroup);
    print_hooks(&text, plan);
    for (size_t i = 0; i < plan->n_annotations; i++) {
        text_add(&text, "annotation ");
        text_add_quoted(&text, plan->annotations[i].key);
        text_add(&text, " ");
        text_add_quoted(&text, plan->annotations[i].value);
        text_add(&text, "\n");
    }
    if (plan->has_process)
        print_process(&text, &plan->process);
    return text.start;
}
