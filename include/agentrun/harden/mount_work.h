/* SPDX-License-Identifier: Apache-2.0
 *
 * A mount while it is being judged, and changes of its options that leave the request alone.
 */
#ifndef AGENTRUN_HARDEN_MOUNT_WORK_H
#define AGENTRUN_HARDEN_MOUNT_WORK_H

#include "agentrun/harden/mount_places.h"
#include "agentrun/harden/mount_words.h"
#include "agentrun/harden/rule.h"

struct mount_work {
    struct spec_mount mount; /* as far as it is hardened already */
    int origin;              /* index in the request; -1: one of ours */
    bool is_dropped;
    enum mount_class class;
    const struct mount_place *place;      /* NULL: an ordinary destination */
    const struct fact_file *source;       /* bind: what was opened; NULL: nothing */
    const struct policy_path *permission; /* bind: what allows this source; NULL: nothing */
};

/* Set hardening->mounts up from the request's list. */
void mount_work_load(struct hardening *hardening);

/* Put the judged mounts into hardening->spec. *out_origins: see struct hardened. */
void mount_work_store(struct hardening *hardening, int **out_origins);

/* Is it a bind that is still there? */
bool mount_work_is_bind(const struct mount_work *work);

/* Is it a bind with the mounts below its source? */
bool mount_work_is_recursive(const struct mount_work *work);

/* "mounts[3].options", or without a member "mounts[3]". Ours: the list as a whole. */
const char *mount_work_place(const struct hardening *hardening, const struct mount_work *work,
                             const char *member);

/* Replace the mount by the one that belongs to its place. */
void mount_work_replace(struct hardening *hardening, struct mount_work *work);

/* A mount of ours at `place`. */
struct mount_work mount_work_new(struct hardening *hardening, const struct mount_place *place);

/* Drop every option for which is_unwanted is true. Returns how many there were. */
size_t mount_work_drop_options(struct hardening *hardening, struct mount_work *work,
                               bool (*is_unwanted)(const struct mount_work *work,
                                                   const char *option));

/* Add an option; one that is there already, or the same key with another value, goes first. */
void mount_work_set_option(struct hardening *hardening, struct mount_work *work,
                           const char *option);

/* See to it that a flag such as "nosuid" is there and nothing takes it away again. Returns whether
 * anything had to be changed. */
bool mount_work_force_flag(struct hardening *hardening, struct mount_work *work, const char *flag);

/* The value of the last option `key` ("size="), or NULL. */
const char *mount_work_option_value(const struct mount_work *work, const char *key);

/* Is this exact option there? */
bool mount_work_has_option(const struct mount_work *work, const char *option);

/* Is the mount read-only, as the last word about it says? */
bool mount_work_is_readonly(const struct mount_work *work);

/* Report that the options are others than those of `asked`, a copy of the mount as it was. What is
 * done to a mount of ours belongs to the finding that tells of the mount. */
void mount_work_report_options(struct hardening *hardening, const struct rule *rule,
                               enum finding_action action, const struct mount_work *work,
                               const struct spec_mount *asked);

#endif
