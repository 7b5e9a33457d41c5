/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/mount_words.h"

#include <stdlib.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define ALL      255
#define NEW      (ALL & ~MOUNT_BIND) /* file systems made for the container */
#define OWNED    (MOUNT_TMPFS | MOUNT_DEVPTS)
#define WITH_GID (MOUNT_TMPFS | MOUNT_DEVPTS | MOUNT_PROC)

/* clang-format off */
static const struct mount_word table[] = {
    { "async", WORD_HARMLESS, ALL },
    { "atime", WORD_HARMLESS, ALL },
    { "bind", WORD_BINDS, MOUNT_BIND },
    { "defaults", WORD_HARMLESS, ALL },
    { "dev", WORD_HARMLESS, ALL },
    { "diratime", WORD_HARMLESS, ALL },
    { "dirsync", WORD_HARMLESS, ALL },
    { "exec", WORD_HARMLESS, ALL },
    { "gid=", WORD_HARMLESS, WITH_GID },
    { "hidepid=", WORD_HARMLESS, MOUNT_PROC },
    { "huge=", WORD_IGNORED, MOUNT_TMPFS },
    { "idmap", WORD_MAPS_IDS, ALL },
    { "inode32", WORD_IGNORED, MOUNT_TMPFS },
    { "inode64", WORD_IGNORED, MOUNT_TMPFS },
    { "iversion", WORD_HARMLESS, ALL },
    { "lazytime", WORD_HARMLESS, ALL },
    { "loud", WORD_HARMLESS, ALL },
    { "mand", WORD_HARMLESS, ALL },
    { "max=", WORD_HARMLESS, MOUNT_DEVPTS },
    { "mode=", WORD_HARMLESS, OWNED },
    { "move", WORD_REFUSED, ALL },
    { "mpol=", WORD_IGNORED, MOUNT_TMPFS },
    { "newinstance", WORD_HARMLESS, MOUNT_DEVPTS },
    { "noatime", WORD_HARMLESS, ALL },
    { "nodev", WORD_HARMLESS, ALL },
    { "nodiratime", WORD_HARMLESS, ALL },
    { "noexec", WORD_HARMLESS, ALL },
    { "noiversion", WORD_HARMLESS, ALL },
    { "nolazytime", WORD_HARMLESS, ALL },
    { "nomand", WORD_HARMLESS, ALL },
    { "norelatime", WORD_HARMLESS, ALL },
    { "nostrictatime", WORD_HARMLESS, ALL },
    { "nosuid", WORD_HARMLESS, ALL },
    { "noswap", WORD_IGNORED, MOUNT_TMPFS },
    { "nosymfollow", WORD_HARMLESS, ALL },
    { "nr_blocks=", WORD_IGNORED, MOUNT_TMPFS },
    { "nr_inodes=", WORD_HARMLESS, MOUNT_TMPFS },
    { "private", WORD_HARMLESS, ALL },
    { "ptmxmode=", WORD_HARMLESS, MOUNT_DEVPTS },
    { "ratime", WORD_HARMLESS, ALL },
    { "rbind", WORD_BINDS, MOUNT_BIND },
    { "rdev", WORD_CLEARS_BELOW, ALL },
    { "rdiratime", WORD_HARMLESS, ALL },
    { "relatime", WORD_HARMLESS, ALL },
    { "remount", WORD_REFUSED, ALL },
    { "rexec", WORD_CLEARS_BELOW, ALL },
    { "ridmap", WORD_MAPS_IDS, ALL },
    { "rnoatime", WORD_HARMLESS, ALL },
    { "rnodev", WORD_HARMLESS, ALL },
    { "rnodiratime", WORD_HARMLESS, ALL },
    { "rnoexec", WORD_HARMLESS, ALL },
    { "rnorelatime", WORD_HARMLESS, ALL },
    { "rnostrictatime", WORD_HARMLESS, ALL },
    { "rnosuid", WORD_HARMLESS, ALL },
    { "rnosymfollow", WORD_HARMLESS, ALL },
    { "ro", WORD_HARMLESS, ALL },
    { "rprivate", WORD_HARMLESS, ALL },
    { "rrelatime", WORD_HARMLESS, ALL },
    { "rro", WORD_HARMLESS, ALL },
    { "rrw", WORD_CLEARS_BELOW, ALL },
    { "rshared", WORD_PROPAGATES, ALL },
    { "rslave", WORD_PROPAGATES, ALL },
    { "rstrictatime", WORD_HARMLESS, ALL },
    { "rsuid", WORD_CLEARS_BELOW, ALL },
    { "rsymfollow", WORD_CLEARS_BELOW, ALL },
    { "runbindable", WORD_PROPAGATES, ALL },
    { "rw", WORD_HARMLESS, ALL },
    { "shared", WORD_PROPAGATES, ALL },
    { "silent", WORD_HARMLESS, ALL },
    { "size=", WORD_HARMLESS, MOUNT_TMPFS },
    { "slave", WORD_PROPAGATES, ALL },
    { "strictatime", WORD_HARMLESS, ALL },
    { "subset=", WORD_HARMLESS, MOUNT_PROC },
    { "suid", WORD_HARMLESS, ALL },
    { "symfollow", WORD_HARMLESS, ALL },
    { "sync", WORD_HARMLESS, ALL },
    { "tmpcopyup", WORD_HARMLESS, MOUNT_TMPFS },
    { "uid=", WORD_HARMLESS, OWNED },
    { "unbindable", WORD_PROPAGATES, ALL },
};
/* clang-format on */

/* The part of an option that names it: all of it, or up to and including the "=". */
struct name {
    const char *text;
    size_t n_bytes;
};

static int compare_name(const void *key, const void *row)
{
    const struct name *name = key;
    const char *other = ((const struct mount_word *)row)->name;
    int r = strncmp(name->text, other, name->n_bytes);

    return r == 0 && other[name->n_bytes] != '\0' ? -1 : r;
}

const struct mount_word *mount_word_find(const char *option, unsigned class)
{
    const char *equals = strchr(option, '=');
    const struct name name = { option, equals ? (size_t)(equals - option) + 1 : strlen(option) };
    const struct mount_word *word =
        bsearch(&name, table, ARRAY_SIZE(table), sizeof table[0], compare_name);

    return word && (word->classes & class) ? word : NULL;
}

const char *mount_word_opposite(const char *flag)
{
    static const char *const pairs[][2] = {
        { "nosuid", "suid" },   { "nodev", "dev" },   { "noexec", "exec" },   { "ro", "rw" },
        { "rnosuid", "rsuid" }, { "rnodev", "rdev" }, { "rnoexec", "rexec" }, { "rro", "rrw" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
        if (strcmp(pairs[i][0], flag) == 0)
            return pairs[i][1];
    return NULL;
}

const struct mount_word *mount_word_table(size_t *out_n_words)
{
    *out_n_words = ARRAY_SIZE(table);
    return table;
}
