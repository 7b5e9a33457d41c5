/* SPDX-License-Identifier: Apache-2.0
 *
 * Control groups: one interface, a driver for v1 and hybrid hierarchies (cgroup_v1.c) and one for
 * the unified hierarchy (cgroup_v2.c). What to write is decided elsewhere and comes as data.
 *
 * Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of the kernel.
 */
#ifndef AGENTRUN_LINUX_CGROUP_H
#define AGENTRUN_LINUX_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

enum cgroup_version {
    CGROUP_NONE, /* no hierarchy is mounted */
    CGROUP_V1,   /* also hybrid: the controllers are in v1 hierarchies */
    CGROUP_V2,
};

/* v1 controllers that get a directory, and the v2 controllers of the same names. */
enum cgroup_controller {
    CGROUP_CPU,
    CGROUP_CPUACCT, /* v1 only */
    CGROUP_CPUSET,
    CGROUP_MEMORY,
    CGROUP_DEVICES, /* v2: a BPF program */
    CGROUP_FREEZER, /* v2: part of the core */
    CGROUP_IO,      /* v1: blkio */
    CGROUP_PIDS,
    CGROUP_HUGETLB,
    CGROUP_NET_CLS,  /* v1 only */
    CGROUP_NET_PRIO, /* v1 only */
    CGROUP_RDMA,
    N_CGROUP_CONTROLLERS,
};

/* One write into a file of the control group. */
struct cgroup_write {
    enum cgroup_controller controller; /* ignored by v2 */
    const char *file;                  /* "memory.limit_in_bytes", never with a slash */
    const char *value;
    bool may_be_missing; /* older kernels lack the file: skipped then */
    bool may_be_refused; /* another limit may stand in its way; the same write comes again later */
};

/* One line of the device policy: last match wins, everything else is denied. */
struct cgroup_device_rule {
    bool allow;
    char type;            /* 'a', 'b', 'c' */
    int64_t major, minor; /* -1: any */
    bool read, write, mknod;
};

/* The hierarchies of this host, as found once. */
struct cgroup_host {
    enum cgroup_version version;
    /* Mount point of the hierarchy of each controller (v1), or of the one hierarchy (v2, all
     * equal). NULL: the host has no such controller. Controllers mounted together share a point. */
    const char *mount_points[N_CGROUP_CONTROLLERS];
    /* Directory of this process below the mount point, with a leading slash. NULL: it is outside of
     * what the mount shows. */
    const char *own_paths[N_CGROUP_CONTROLLERS];
};

/* The group of one container. The descriptors are O_PATH directories, -1 where there is none;
 * controllers that share a hierarchy share a descriptor through `same_as`. */
struct cgroup {
    enum cgroup_version version;
    const char *path; /* below each mount point, with a leading slash; borrowed from the caller */
    int directory_fds[N_CGROUP_CONTROLLERS];
    /* The controller with a smaller number whose descriptor and directory this one shares, or its
     * own number. v2 uses directory_fds[0] for all. */
    enum cgroup_controller same_as[N_CGROUP_CONTROLLERS];
};

/* Read /proc/self/mountinfo. Strings belong to the arena; own_paths are left empty. */
int cgroup_discover(struct arena *arena, struct cgroup_host *out_host, struct error *err);

/* Read /proc/self/cgroup, too, for who needs own_paths. */
int cgroup_discover_with_own(struct arena *arena, struct cgroup_host *out_host, struct error *err);

/* The name that a v1 mount and its directory under /sys/fs/cgroup have: "cpu", "blkio" … */
const char *cgroup_controller_name(enum cgroup_controller controller, enum cgroup_version version);

/* Make the group `path` (absolute, clean, no ".."; its parents are made too). -EEXIST when it is
 * there already and holds processes or is frozen ("container's cgroup is not empty"): it would be
 * somebody else's. An empty one is taken over. On failure everything that was made is removed.
 * v2: enables the controllers in the parents (cgroup.subtree_control) as far as they exist. */
int cgroup_create(const struct cgroup_host *host, const char *path, struct cgroup *out_cgroup,
                  struct error *err);

/* Open a group made earlier. -ENOENT: no directory of it exists any more. Directories missing in
 * some hierarchies only leave -1. */
int cgroup_open(const struct cgroup_host *host, const char *path, struct cgroup *out_cgroup,
                struct error *err);

/* Close the descriptors. Accepts an all-zero, never opened group as long as version is NONE. */
void cgroup_close(struct cgroup *cgroup);

/* Do the writes in their order. */
int cgroup_apply(const struct cgroup *cgroup, const struct cgroup_write *writes, size_t n_writes,
                 struct error *err);

/* Set the device policy: v1 by devices.deny and devices.allow, during which a process in the group
 * may find a device denied that the policy allows; v2 by a BPF_CGROUP_DEVICE program that replaces
 * whatever stood there. -ENOTSUP on v1: see cgroup_v1_reduce_rule. */
int cgroup_apply_devices(const struct cgroup *cgroup, const struct cgroup_device_rule *rules,
                         size_t n_rules, struct error *err);

/* Move the calling process, which has one thread, into the group: v1 by "0" into each `tasks`
 * (no lock of the kernel is taken), v2 by cgroup.procs. Allocates nothing. */
int cgroup_enter(const struct cgroup *cgroup, struct error *err);

/* Move process `pid`. */
int cgroup_add(const struct cgroup *cgroup, pid_t pid, struct error *err);

/* A descriptor for CLONE_INTO_CGROUP, or -1 (v1). Borrowed. */
int cgroup_clone_fd(const struct cgroup *cgroup);

/* Freeze or thaw, and wait until the kernel says so (at most 10 s: -ETIMEDOUT). */
int cgroup_freeze(const struct cgroup *cgroup, bool frozen, struct error *err);
int cgroup_is_frozen(const struct cgroup *cgroup, bool *out_frozen, struct error *err);

/* Pids of all processes in the group and the groups below it, as the caller's pid namespace has
 * them. */
int cgroup_pids(struct arena *arena, const struct cgroup *cgroup, pid_t **out_pids,
                size_t *out_n_pids, struct error *err);

/* SIGKILL every process in the group, so that none escapes by forking: cgroup.kill, or freeze,
 * signal, thaw. Returns when the signals are sent, not when all are gone. A frozen group is
 * thawed. */
int cgroup_kill(const struct cgroup *cgroup, struct error *err);

/* Remove the directories of the group and of groups below it; EBUSY is tried again for up to 10 s.
 * What is gone already is no error. */
int cgroup_remove(const struct cgroup_host *host, const char *path, struct error *err);

/* Remove the group if no process and no group is in it: one try, -EBUSY otherwise. */
int cgroup_remove_empty(const struct cgroup_host *host, const char *path, struct error *err);

/* Number of OOM kills in the group (memory.events, memory.oom_control), 0 when unknown. */
uint64_t cgroup_oom_kills(const struct cgroup *cgroup);

#endif
