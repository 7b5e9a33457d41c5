/* SPDX-License-Identifier: Apache-2.0
 *
 * What the things that a spec names ARE. Gathered by the pipeline with open descriptors, so that
 * harden, which makes no system call, can judge them; what was judged is what gets mounted.
 */
#ifndef AGENTRUN_HARDEN_FACTS_H
#define AGENTRUN_HARDEN_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One opened path of the host. */
struct fact_file {
    int errnum;                /* 0: opened; otherwise why not, and the rest is empty */
    int fd;                    /* O_PATH, owned by the pipeline; -1 when not opened */
    const char *resolved_path; /* of the opened object, as the kernel names it */
    mode_t mode;               /* type and permissions */
    uid_t uid;
    gid_t gid;
    dev_t device;
    ino_t inode;
    uint64_t filesystem_magic; /* statfs(2) */
    const char *const
        *types_below; /* of the file systems mounted below a recursive bind's source */
    size_t n_types_below;
    bool is_mount_root;
    bool is_host_root;     /* the same directory as the host's "/" */
    bool can_be_id_mapped; /* by what is known of the file system; the mount may still fail */
};

enum fact_namespace {
    FACT_NAMESPACE_NOT_NAMED, /* no entry, or an entry without a path */
    FACT_NAMESPACE_HOST,      /* the path is the namespace of agentrun itself */
    FACT_NAMESPACE_OTHER,     /* of the right kind */
    FACT_NAMESPACE_INVALID,   /* cannot be opened, or is no namespace of that kind */
};

struct facts {
    const char *container_id;
    struct fact_file root;
    struct fact_file *mount_sources; /* one per mount of the spec; fd -1 and errnum 0: not a bind */
    size_t n_mount_sources;
    /* For each path pattern of the policy's denied directories that exists: its device and inode
     * would be needed to see them through bind mounts. */
    struct fact_file *denied_directories;
    size_t n_denied_directories;
    enum fact_namespace network;
    /* In the order prestart, createRuntime, createContainer, startContainer, poststart, poststop.
     */
    struct fact_file *hooks[6];
    unsigned n_host_cpus;
    unsigned landlock_abi; /* 0: none */
    bool has_cgroup_v2;
    bool has_apparmor, has_selinux;
    bool is_in_user_namespace; /* agentrun itself is not in the initial one */
};

#endif
