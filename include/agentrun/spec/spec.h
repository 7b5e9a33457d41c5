/* SPDX-License-Identifier: Apache-2.0
 *
 * The OCI runtime specification's config.json as types. All-zero is valid and means "nothing
 * asked". Every pointer belongs to the arena the spec was decoded into. Optional scalars come as
 * `struct optional_…`: absent and zero are different things to engines. A string alone is NULL when
 * absent or empty, since to engines these are the same; elements of lists and maps may be empty.
 *
 * Section names in comments are those of the OCI runtime specification, config.md and
 * config-linux.md.
 */
#ifndef AGENTRUN_SPEC_SPEC_H
#define AGENTRUN_SPEC_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agentrun/base/json.h"

struct optional_bool {
    bool is_set, value;
};

struct optional_i64 {
    bool is_set;
    int64_t value;
};

struct optional_u64 {
    bool is_set;
    uint64_t value;
};

/* --- Process ------------------------------------------------------------------------------- */

struct spec_user {
    uint32_t uid, gid; /* 0..4294967294 */
    struct optional_u64 umask;
    uint32_t *additional_gids;
    size_t n_additional_gids;
};

/* Bit n stands for capability number n (capability.h). `is_set` of a set tells `[]` from absent. */
struct spec_capability_set {
    bool is_set;
    uint64_t bits;
};

struct spec_capabilities {
    bool is_set;
    struct spec_capability_set bounding, effective, inheritable, permitted, ambient;
    /* Names that capability_names.h does not know. */
    const char **unknown_names;
    size_t n_unknown_names;
};

struct spec_rlimit {
    const char *name;    /* "RLIMIT_NOFILE" */
    int resource;        /* of setrlimit(2) */
    uint64_t soft, hard; /* UINT64_MAX: unlimited */
};

struct spec_console_size {
    uint16_t height, width;
};

struct spec_scheduler {
    bool is_set;
    const char *policy; /* "SCHED_OTHER" */
    struct optional_i64 nice, priority;
    const char **flags;
    size_t n_flags;
    struct optional_u64 runtime_ns, deadline_ns, period_ns;
};

struct spec_io_priority {
    bool is_set;
    const char *class; /* "IOPRIO_CLASS_BE" */
    int64_t priority;
};

struct spec_process {
    bool terminal;
    bool has_console_size;
    struct spec_console_size console_size;
    struct spec_user user;
    const char **args;
    size_t n_args;
    const char **env; /* NAME=VALUE */
    size_t n_env;
    const char *cwd;
    struct spec_capabilities capabilities;
    struct spec_rlimit *rlimits;
    size_t n_rlimits;
    struct optional_bool no_new_privileges;
    const char *apparmor_profile; /* NULL: absent */
    const char *selinux_label;
    struct optional_i64 oom_score_adj;
    struct spec_scheduler scheduler;
    struct spec_io_priority io_priority;
    const char *exec_cpu_affinity_initial, *exec_cpu_affinity_final;
};

/* --- Root, Mounts -------------------------------------------------------------------------- */

struct spec_root {
    bool is_set;
    const char *path;
    bool readonly;
};

struct spec_id_mapping {
    uint32_t container_id, host_id, size;
};

struct spec_mount {
    const char *destination;
    const char *type;   /* NULL: absent */
    const char *source; /* NULL: absent */
    const char **options;
    size_t n_options;
    struct spec_id_mapping *uid_mappings, *gid_mappings;
    size_t n_uid_mappings, n_gid_mappings;
};

/* --- POSIX-platform Hooks ------------------------------------------------------------------ */

struct spec_hook {
    const char *path;
    const char **args, **env;
    size_t n_args, n_env;
    struct optional_i64 timeout_s;
};

struct spec_hook_list {
    struct spec_hook *hooks;
    size_t n_hooks;
};

struct spec_hooks {
    struct spec_hook_list prestart, create_runtime, create_container, start_container, poststart,
        poststop;
};

/* --- Linux --------------------------------------------------------------------------------- */

enum spec_namespace_kind {
    NAMESPACE_MOUNT,
    NAMESPACE_PID,
    NAMESPACE_NETWORK,
    NAMESPACE_IPC,
    NAMESPACE_UTS,
    NAMESPACE_USER,
    NAMESPACE_CGROUP,
    NAMESPACE_TIME,
    N_NAMESPACE_KINDS,
};

/* The specification forbids two entries of one kind, so they are kept by kind. */
struct spec_namespace {
    bool is_set;
    const char *path; /* NULL: a new one */
};

struct spec_time_offset {
    bool is_set;
    int64_t seconds;
    uint32_t nanoseconds;
};

struct spec_device {
    const char *type; /* "c", "b", "u", "p" */
    const char *path;
    int64_t major, minor;
    struct optional_u64 file_mode, uid, gid;
};

struct spec_device_rule {
    bool allow;
    const char *type;                 /* NULL: "a" */
    struct optional_i64 major, minor; /* absent or -1: any */
    const char *access;
};

struct spec_memory {
    struct optional_i64 limit, reservation, swap, kernel, kernel_tcp;
    struct optional_u64 swappiness;
    struct optional_bool disable_oom_killer, use_hierarchy, check_before_update;
};

struct spec_cpu {
    struct optional_u64 shares, period, realtime_period, burst;
    struct optional_i64 quota, realtime_runtime, idle;
    const char *cpus, *mems;
};

struct spec_weight_device {
    int64_t major, minor;
    struct optional_u64 weight, leaf_weight;
};

struct spec_throttle_device {
    int64_t major, minor;
    uint64_t rate;
};

struct spec_throttle_list {
    struct spec_throttle_device *devices;
    size_t n_devices;
};

struct spec_block_io {
    struct optional_u64 weight, leaf_weight;
    struct spec_weight_device *weight_devices;
    size_t n_weight_devices;
    struct spec_throttle_list read_bps, write_bps, read_iops, write_iops;
};

struct spec_hugepage_limit {
    const char *page_size; /* "2MB" */
    uint64_t limit;
};

struct spec_interface_priority {
    const char *name;
    uint32_t priority;
};

struct spec_rdma {
    const char *device;
    struct optional_u64 hca_handles, hca_objects;
};

struct spec_key_value {
    const char *key, *value;
};

struct spec_resources {
    bool is_set;
    struct spec_device_rule *devices;
    size_t n_devices;
    struct spec_memory memory;
    struct spec_cpu cpu;
    struct optional_i64 pids_limit;
    struct spec_block_io block_io;
    struct spec_hugepage_limit *hugepage_limits;
    size_t n_hugepage_limits;
    struct optional_u64 network_class_id;
    struct spec_interface_priority *network_priorities;
    size_t n_network_priorities;
    struct spec_rdma *rdma;
    size_t n_rdma;
    struct spec_key_value *unified;
    size_t n_unified;
};

struct spec_seccomp_arg {
    uint32_t index; /* 0..5 */
    uint64_t value, value_two;
    const char *op; /* "SCMP_CMP_EQ" */
};

struct spec_seccomp_rule {
    const char **names;
    size_t n_names;
    const char *action; /* "SCMP_ACT_ALLOW" */
    struct optional_u64 errno_ret;
    struct spec_seccomp_arg *args;
    size_t n_args;
};

struct spec_seccomp {
    bool is_set;
    const char *default_action;
    struct optional_u64 default_errno_ret;
    const char **architectures;
    size_t n_architectures;
    const char **flags;
    size_t n_flags;
    const char *listener_path, *listener_metadata;
    struct spec_seccomp_rule *rules; /* "syscalls" */
    size_t n_rules;
};

struct spec_linux {
    bool is_set;
    struct spec_namespace namespaces[N_NAMESPACE_KINDS];
    struct spec_id_mapping *uid_mappings, *gid_mappings;
    size_t n_uid_mappings, n_gid_mappings;
    struct spec_time_offset time_offset_monotonic, time_offset_boottime;
    struct spec_device *devices;
    size_t n_devices;
    const char *cgroups_path;
    struct spec_resources resources;
    const char *rootfs_propagation;
    struct spec_seccomp seccomp;
    struct spec_key_value *sysctls;
    size_t n_sysctls;
    const char **masked_paths, **readonly_paths;
    size_t n_masked_paths, n_readonly_paths;
    const char *mount_label;
    /* What no container of ours gets: harden only needs to know that it was asked for. */
    bool has_intel_rdt, has_personality, has_net_devices, has_memory_policy;
};

/* --- the whole ----------------------------------------------------------------------------- */

struct spec {
    const char *oci_version;
    bool has_process;
    struct spec_process process;
    struct spec_root root;
    const char *hostname, *domainname;
    struct spec_mount *mounts;
    size_t n_mounts;
    struct spec_hooks hooks;
    struct spec_key_value *annotations;
    size_t n_annotations;
    struct spec_linux linux;
    /* Sections for other platforms or for virtual machines that were present, by name. */
    const char **foreign_sections;
    size_t n_foreign_sections;
    /* Paths of members that no version of the specification up to ours has. */
    const char **unknown_fields;
    size_t n_unknown_fields;
    /* What it was decoded from, for the places in messages; NULL when made in memory. */
    const struct json_document *document;
};

/* "mount", "network" … as the specification writes them. */
const char *spec_namespace_name(enum spec_namespace_kind kind);

/* Set an error of `kind` at the place of `path` ("mounts[3].source") in the document that the spec
 * came from; without one the path alone leads the text. Returns -errnum. */
__attribute__((format(printf, 6, 7), cold)) int spec_error(const struct spec *spec,
                                                           enum error_kind kind, int errnum,
                                                           const char *path, struct error *err,
                                                           const char *format, ...);

#endif
