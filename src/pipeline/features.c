/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/features.h"

#include "agentrun/base/scope.h"
#include "agentrun/filter/filter.h"
#include "agentrun/plan/mount_options.h"
#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

#define OLDEST_SPECIFICATION "1.0.0"
#define NEWEST_SPECIFICATION "1.2.0"

/* Words of seccomp profiles that the specification has; only those that the filter compiler knows
 * are printed. Notification is left out: the policy lets no profile have a listener. */
static const char *const actions[] = {
    "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO",       "SCMP_ACT_KILL",  "SCMP_ACT_KILL_PROCESS",
    "SCMP_ACT_LOG",   "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
};

static const char *const operators[] = {
    "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE",        "SCMP_CMP_EQ",
    "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
};

static const char *const architectures[] = {
    "SCMP_ARCH_X86",     "SCMP_ARCH_X86_64",      "SCMP_ARCH_X32",         "SCMP_ARCH_ARM",
    "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",        "SCMP_ARCH_MIPS64",      "SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPSEL",  "SCMP_ARCH_MIPSEL64",    "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
    "SCMP_ARCH_PPC64",   "SCMP_ARCH_PPC64LE",     "SCMP_ARCH_S390",        "SCMP_ARCH_S390X",
    "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64",
};

static const char *const flags[] = {
    "SECCOMP_FILTER_FLAG_TSYNC",
    "SECCOMP_FILTER_FLAG_LOG",
    "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
};

static bool knows_action(const char *name)
{
    uint32_t ignored;

    return filter_action_parse(name, 0, &ignored);
}

static bool knows_operator(const char *name)
{
    enum filter_comparison ignored;

    return filter_comparison_parse(name, &ignored);
}

static bool knows_architecture(const char *name)
{
    uint32_t ignored;

    return filter_architecture_parse(name, &ignored);
}

static bool knows_flag(const char *name)
{
    uint32_t ignored;

    return filter_flag_parse(name, &ignored);
}

static void write_known(struct json_writer *writer, const char *key, const char *const *names,
                        size_t n_names, bool (*knows)(const char *name))
{
    json_write_key(writer, key);
    json_write_array(writer);
    for (size_t i = 0; i < n_names; i++)
        if (knows(names[i]))
            json_write_string(writer, names[i]);
    json_write_array_end(writer);
}

static void write_hooks(struct json_writer *writer)
{
    json_write_key(writer, "hooks");
    json_write_array(writer);
    for (enum plan_hook_kind kind = 0; kind < N_PLAN_HOOK_KINDS; kind++)
        json_write_string(writer, plan_hook_name(kind));
    json_write_array_end(writer);
}

static void write_mount_options(struct json_writer *writer)
{
    size_t n_options;
    const struct mount_option *options = mount_option_table(&n_options);

    json_write_key(writer, "mountOptions");
    json_write_array(writer);
    for (size_t i = 0; i < n_options; i++)
        if (options[i].kind != MOUNT_OPTION_REFUSED)
            json_write_string(writer, options[i].name);
    json_write_array_end(writer);
}

static void write_namespaces(struct json_writer *writer)
{
    json_write_key(writer, "namespaces");
    json_write_array(writer);
    for (enum spec_namespace_kind kind = 0; kind < N_NAMESPACE_KINDS; kind++)
        json_write_string(writer, spec_namespace_name(kind));
    json_write_array_end(writer);
}

static void write_seccomp(struct json_writer *writer)
{
    json_write_key(writer, "seccomp");
    json_write_object(writer);
    json_write_member_boolean(writer, "enabled", true);
    write_known(writer, "actions", actions, ARRAY_SIZE(actions), knows_action);
    write_known(writer, "operators", operators, ARRAY_SIZE(operators), knows_operator);
    write_known(writer, "archs", architectures, ARRAY_SIZE(architectures), knows_architecture);
    write_known(writer, "knownFlags", flags, ARRAY_SIZE(flags), knows_flag);
    write_known(writer, "supportedFlags", flags, ARRAY_SIZE(flags), knows_flag);
    json_write_object_end(writer);
}

static void write_cgroup(struct json_writer *writer)
{
    json_write_key(writer, "cgroup");
    json_write_object(writer);
    json_write_member_boolean(writer, "v1", true);
    json_write_member_boolean(writer, "v2", true);
    json_write_member_boolean(writer, "systemd", false);
    json_write_member_boolean(writer, "systemdUser", false);
    json_write_member_boolean(writer, "rdma", false);
    json_write_object_end(writer);
}

static void write_enabled(struct json_writer *writer, const char *key, bool enabled)
{
    json_write_key(writer, key);
    json_write_object(writer);
    json_write_member_boolean(writer, "enabled", enabled);
    json_write_object_end(writer);
}

static void write_linux(struct json_writer *writer)
{
    json_write_key(writer, "linux");
    json_write_object(writer);
    write_namespaces(writer);
    write_cgroup(writer);
    write_seccomp(writer);
    write_enabled(writer, "apparmor", true);
    write_enabled(writer, "selinux", true);
    write_enabled(writer, "intelRdt", false);
    write_enabled(writer, "netDevices", false);
    json_write_key(writer, "mountExtensions");
    json_write_object(writer);
    write_enabled(writer, "idmap", true);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

void pipeline_features(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_member_string(writer, "ociVersionMin", OLDEST_SPECIFICATION);
    json_write_member_string(writer, "ociVersionMax", NEWEST_SPECIFICATION);
    write_hooks(writer);
    write_mount_options(writer);
    write_linux(writer);
    json_write_object_end(writer);
}
