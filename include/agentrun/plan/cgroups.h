/* SPDX-License-Identifier: Apache-2.0
 *
 * The container's control group: where it is and what is written into it. The files of v1 and v2
 * are decided in cgroups_v1.c and cgroups_v2.c.
 *
 * Zero and absent mean "not set", as engines use them. A new group gets as few writes as its limits
 * need: what the kernel has by default is not written. An update writes everything that is set.
 */
#ifndef AGENTRUN_PLAN_CGROUPS_H
#define AGENTRUN_PLAN_CGROUPS_H

#include "agentrun/linux/cgroup.h"
#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* The writes as they are collected. The first error stays and stops further collecting. */
struct cgroup_writes {
    struct arena *arena;
    const struct spec *spec;
    const struct cgroup_host *host;
    bool is_new; /* a fresh group with the kernel's defaults */
    struct cgroup_write *writes;
    size_t n_writes, n_room;
    int result;
    struct error *err;
};

/* Path of the group: linux.cgroupsPath from the mount point on when absolute, otherwise below the
 * group of this process (v2: below its parent, since a group with processes may have no limited
 * children); absent: the id. Errors: ERROR_SPEC for the systemd form "slice:prefix:id" and for the
 * root group. */
int cgroups_path(struct arena *arena, const struct spec *spec, const struct cgroup_host *host,
                 const char *id, const char **out_path, struct error *err);

/* The writes for linux.resources. Errors: ERROR_SPEC for a value that no kernel takes, or that this
 * hierarchy has no file for; ERROR_SYSTEM when a limit needs a controller that the host lacks. */
int cgroups_build_writes(struct arena *arena, const struct spec *spec,
                         const struct cgroup_host *host, bool is_new, struct plan_cgroup *cgroup,
                         struct error *err);

/* Add one write. */
void cgroups_write(struct cgroup_writes *writes, enum cgroup_controller controller,
                   const char *file, const char *value);
/* Add one to a file that older kernels lack, where that loosens nothing. */
void cgroups_write_if_present(struct cgroup_writes *writes, enum cgroup_controller controller,
                              const char *file, const char *value);
/* Add one that the kernel refuses while another limit stands in its way, and that is repeated
 * later. Left out for a new group, where nothing stands in the way. */
void cgroups_write_early(struct cgroup_writes *writes, enum cgroup_controller controller,
                         const char *file, const char *value);

/* A number as text; below zero: `unlimited`. */
const char *cgroups_number(struct cgroup_writes *writes, int64_t value, const char *unlimited);

/* Note an error at a place of the spec. */
__attribute__((format(printf, 4, 5), cold)) void cgroups_fail(struct cgroup_writes *writes,
                                                              int errnum, const char *place,
                                                              const char *format, ...);

#endif
