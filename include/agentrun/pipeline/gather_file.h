/* SPDX-License-Identifier: Apache-2.0
 *
 * One path of the host → what is there.
 */
#ifndef AGENTRUN_PIPELINE_GATHER_FILE_H
#define AGENTRUN_PIPELINE_GATHER_FILE_H

#include "agentrun/base/arena.h"
#include "agentrun/harden/facts.h"

/* An identity that a file can be compared with. */
struct gather_identity {
    dev_t device;
    ino_t inode;
};

/* What is known already while files are looked at. */
struct gather_seen {
    struct gather_identity host_root; /* of "/" */
    dev_t device;                     /* of the file before, */
    uint64_t filesystem_magic;        /* and its file system; 0: none yet */
};

/* What `path` is now, followed to its end; all-zero when there is nothing. */
struct gather_identity gather_identity(const char *path);

/* The same for an open file. */
struct gather_identity gather_identity_of(int fd);

/* The path of an open file as the kernel knows it; NULL with errno when it is too long to be known.
 */
const char *gather_resolved_path(struct arena *arena, int fd);

/* Open `path` (O_PATH, symbolic links followed, relative to directory_fd, AT_FDCWD for none) and
 * ask what it is. Three system calls, and one
 * more on another device than the file before. Why it could not be opened
 * is in the fact's errnum. */
struct fact_file gather_file(struct arena *arena, int directory_fd, const char *path, int flags,
                             struct gather_seen *seen);

/* Is it known that mounts of this file system can be id-mapped? mount_setattr(2). */
bool gather_can_be_id_mapped(uint64_t filesystem_magic);

#endif
