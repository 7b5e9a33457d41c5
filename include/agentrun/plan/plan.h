/* SPDX-License-Identifier: Apache-2.0
 *
 * Every decision about a container as plain data: no function pointers, descriptors in one table,
 * steps of the host apart from steps of the container. container/ executes it and decides nothing;
 * the init process gets nothing else.
 */
#ifndef AGENTRUN_PLAN_PLAN_H
#define AGENTRUN_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agentrun/filter/filter.h"
#include "agentrun/linux/cgroup.h"

/* --- the process ---------------------------------------------------------------------------- */

struct plan_rlimit {
    int resource;
    uint64_t soft, hard;
};

struct plan_capabilities {
    uint64_t bounding, permitted, effective, inheritable, ambient;
};

/* Filters in the order in which they are installed: ours, the caller's, the ENOSYS layer. */
enum plan_filter { PLAN_FILTER_DENYLIST, PLAN_FILTER_CALLER, PLAN_FILTER_ENOSYS, N_PLAN_FILTERS };

/* What Landlock takes away, already cut to what the running kernel knows; all-zero: nothing. */
struct plan_landlock {
    uint64_t handled_access_net, scoped;
};

/* What create and exec have in common: everything about the program itself. */
struct plan_process {
    const char **argv, **envp; /* NULL-terminated */
    const char *command;       /* argv[0] as the caller wrote it, for messages */
    /* Absolute paths at which the program may be, in the order of search; the first that is an
     * executable file is taken. One entry when the command contains a slash. */
    const char **candidates;
    size_t n_candidates;
    bool searched_in_path; /* the command had no slash */
    const char *cwd;       /* absolute */
    uid_t uid;
    gid_t gid;
    const gid_t *groups;
    size_t n_groups;
    /* The same as the host sees them, which in a user namespace are others. */
    uid_t host_uid;
    gid_t host_gid;
    const gid_t *host_groups;
    mode_t umask;
    struct plan_capabilities capabilities;
    const struct plan_rlimit *rlimits;
    size_t n_rlimits;
    bool has_oom_score_adj;
    int oom_score_adj;
    bool terminal;
    bool has_console_size;
    uint16_t console_height, console_width;
    const char *apparmor_profile, *selinux_label; /* NULL: none */
    struct plan_landlock landlock;
    struct filter_program filters[N_PLAN_FILTERS];
};

/* --- mounts --------------------------------------------------------------------------------- */

enum plan_mount_kind {
    PLAN_MOUNT_BIND,       /* a tree of the host, cloned detached before init is born */
    PLAN_MOUNT_FILESYSTEM, /* a new file system */
    PLAN_MOUNT_DEV,        /* a new tmpfs with device nodes, links and directories in it */
    PLAN_MOUNT_CGROUP,     /* the container's own groups, read-only */
    PLAN_MOUNT_MASK,       /* hide a path: /dev/null over a file, an empty tmpfs over a directory */
    PLAN_MOUNT_READONLY,   /* make what is at a path read-only */
};

struct plan_option {
    const char *key, *value; /* value NULL: a flag */
};

struct plan_id_mapping {
    uint32_t container_id, host_id, size;
};

struct plan_mount {
    enum plan_mount_kind kind;
    const char *place;  /* in the spec, for messages: "mounts[3]" */
    const char *target; /* inside the root, absolute */
    bool target_is_file;

    int source;     /* PLAN_MOUNT_BIND: index into the plan's descriptors */
    bool recursive; /* PLAN_MOUNT_BIND: with the mounts below the source */
    const struct plan_id_mapping *uid_mappings, *gid_mappings;
    size_t n_uid_mappings, n_gid_mappings;
    bool id_mapped; /* by these mappings */
    bool id_mapping_recursive;

    const char *filesystem_type; /* PLAN_MOUNT_FILESYSTEM, PLAN_MOUNT_DEV */
    const struct plan_option *options;
    size_t n_options;
    /* Made while init is in its home network namespace, attached with the others. */
    bool made_at_home;
    bool copy_up; /* tmpcopyup: fill the tmpfs with what the root has at the target */

    /* MOUNT_ATTR_… of mount_setattr(2), applied to the mount, and to everything below it. */
    uint64_t set, clear, set_recursive, clear_recursive;
    uint64_t propagation; /* MS_PRIVATE, MS_SLAVE …; 0: private */
    bool propagation_recursive;
};

struct plan_device {
    const char *name; /* below /dev, no "..": "null", "net/tun" */
    mode_t type_and_mode;
    unsigned major, minor;
    uid_t uid;
    gid_t gid;
};

struct plan_link {
    const char *name, *target; /* "fd" → "/proc/self/fd" */
};

struct plan_sysctl {
    const char *path; /* below /proc/sys: "net/ipv4/ip_unprivileged_port_start" */
    const char *value;
    const char *place;
};

/* --- the rest ------------------------------------------------------------------------------- */

enum plan_decoy {
    PLAN_DECOY_NONE,  /* nobody will look: init stays in its home */
    PLAN_DECOY_FRESH, /* a new network namespace for the engine to see and decorate */
    PLAN_DECOY_PATH,  /* the one that the caller named */
};

enum plan_hook_kind {
    PLAN_HOOK_PRESTART,
    PLAN_HOOK_CREATE_RUNTIME,
    PLAN_HOOK_CREATE_CONTAINER,
    PLAN_HOOK_START_CONTAINER,
    PLAN_HOOK_POSTSTART,
    PLAN_HOOK_POSTSTOP,
    N_PLAN_HOOK_KINDS,
};

struct plan_hook {
    const char *path;
    const char **argv, **envp; /* NULL-terminated */
    unsigned timeout_ms;       /* never 0 */
};

struct plan_hook_list {
    const struct plan_hook *hooks;
    size_t n_hooks;
};

struct plan_cgroup {
    const char *path; /* NULL: stay in the caller's group */
    const struct cgroup_write *writes;
    size_t n_writes;
    const struct cgroup_device_rule *device_rules;
    size_t n_device_rules;
};

/* A descriptor of the host that the plan needs; owned by the pipeline that opened it. */
struct plan_descriptor {
    int fd;
    const char *path; /* for messages and printing */
};

struct plan {
    const char *id, *bundle, *oci_version;
    struct plan_descriptor *descriptors;
    size_t n_descriptors;

    /* CLONE_NEW… of the namespaces that init is born in. CLONE_NEWTIME with time_offsets needs the
     * offsets written before the first process enters it. */
    uint64_t clone_flags;
    bool new_cgroup_namespace; /* unshared by init once it is in its groups */
    /* User namespace: the texts for uid_map and gid_map, NULL without one. */
    const char *uid_map, *gid_map;
    bool deny_setgroups;
    uid_t root_uid; /* host ids of uid 0 and gid 0 inside, owners of what the set-up makes */
    gid_t root_gid;
    const char *time_offsets; /* for /proc/self/timens_offsets, NULL: none */
    enum plan_decoy decoy;
    int decoy_descriptor; /* PLAN_DECOY_PATH: index into descriptors */

    int root; /* index into descriptors */
    const char *root_path;
    bool root_readonly;
    const struct plan_mount *mounts; /* in order; masks and read-only paths last */
    size_t n_mounts;
    const struct plan_device *devices; /* for PLAN_MOUNT_DEV */
    size_t n_devices;
    const struct plan_link *links;
    size_t n_links;
    const char *const *dev_directories;
    size_t n_dev_directories;
    const struct plan_sysctl *sysctls;
    size_t n_sysctls;

    const char *hostname, *domainname; /* NULL: as it is */
    bool new_keyring;
    struct plan_cgroup cgroup;
    struct plan_hook_list hooks[N_PLAN_HOOK_KINDS];
    struct plan_option *annotations; /* for the state that hooks read */
    size_t n_annotations;

    bool has_process;
    struct plan_process process;
};

/* "prestart", "createRuntime" … */
const char *plan_hook_name(enum plan_hook_kind kind);

#endif
