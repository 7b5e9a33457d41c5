/* SPDX-License-Identifier: Apache-2.0
 *
 * The words that may stand in `mounts[].options`, and what each of them does. One table for
 * everybody: planning, gathering (is it a bind?) and the list that `features` prints.
 *
 * OCI runtime specification, config.md, "Linux mount options"; mount_setattr(2).
 */
#ifndef AGENTRUN_PLAN_MOUNT_OPTIONS_H
#define AGENTRUN_PLAN_MOUNT_OPTIONS_H

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

enum mount_option_kind {
    MOUNT_OPTION_NOTHING,     /* accepted, without effect on any kernel of today */
    MOUNT_OPTION_ATTRIBUTE,   /* set, clear: MOUNT_ATTR_… */
    MOUNT_OPTION_PROPAGATION, /* set: MS_PRIVATE … */
    MOUNT_OPTION_BIND,
    MOUNT_OPTION_ID_MAPPING,
    MOUNT_OPTION_COPY_UP,
    MOUNT_OPTION_SUPERBLOCK, /* a flag of a new file system, passed on as it is written */
    MOUNT_OPTION_REFUSED,
};

struct mount_option {
    const char *name;
    enum mount_option_kind kind;
    uint64_t set, clear;
    bool recursive; /* also for the mounts below */
};

/* All options that are not data for the file system, sorted by name. */
const struct mount_option *mount_option_table(size_t *out_n_options);

/* The row of an option, NULL for one that is data for the file system ("size=64m"). */
const struct mount_option *mount_option_find(const char *text);

/* Is the mount a bind mount: by an option `bind` or `rbind`, or by its type? */
bool mount_options_bind(const struct spec_mount *mount);

/* Does the bind mount take along what is mounted below? The last word about it counts. */
bool mount_options_recursive(const struct spec_mount *mount);

/* Fill the members of `out_mount` that options decide. `place` is that of the mount
 * ("mounts[3]"). Later options win over earlier ones. Data of a bind mount is ignored, as the
 * kernel does. Errors: ERROR_SPEC for `remount`. */
int mount_options_apply(struct arena *arena, const struct spec *spec,
                        const struct spec_mount *mount, const char *place,
                        struct plan_mount *out_mount, struct error *err);

#endif
