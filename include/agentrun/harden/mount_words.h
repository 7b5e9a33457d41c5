/* SPDX-License-Identifier: Apache-2.0
 *
 * What each word in `mounts[].options` means for the rules. What it does is for the plan to know.
 */
#ifndef AGENTRUN_HARDEN_MOUNT_WORDS_H
#define AGENTRUN_HARDEN_MOUNT_WORDS_H

#include <stddef.h>

/* Kinds of mounts, as bits. */
enum mount_class {
    MOUNT_BIND = 1,
    MOUNT_TMPFS = 2,
    MOUNT_PROC = 4,
    MOUNT_SYSFS = 8,
    MOUNT_DEVPTS = 16,
    MOUNT_MQUEUE = 32,
    MOUNT_CGROUP = 64, /* either version */
    MOUNT_OTHER = 128, /* no container of ours gets one */
};

enum mount_word_role {
    WORD_HARMLESS,
    WORD_BINDS,
    WORD_CLEARS_BELOW, /* takes flags away from the mounts below */
    WORD_PROPAGATES,
    WORD_MAPS_IDS,
    WORD_REFUSED,
    WORD_IGNORED, /* known, but of no use here */
};

struct mount_word {
    const char *name; /* with its "=" when a value follows */
    enum mount_word_role role;
    unsigned classes; /* that it is known for */
};

/* The row for an option of a mount of that class, or NULL: nobody knows it there. */
const struct mount_word *mount_word_find(const char *option, unsigned class);

/* The word that takes a flag away again ("exec" for "noexec"), or NULL. */
const char *mount_word_opposite(const char *flag);

/* All rows, sorted by name. */
const struct mount_word *mount_word_table(size_t *out_n_words);

#endif
