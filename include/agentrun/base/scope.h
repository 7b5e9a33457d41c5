/* SPDX-License-Identifier: Apache-2.0
 *
 * Cleanup at the end of a scope, and handing over of what would be cleaned up.
 */
#ifndef AGENTRUN_BASE_SCOPE_H
#define AGENTRUN_BASE_SCOPE_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof *(array))

static inline void scope_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#define LATE_DESCRIPTORS 256

static inline void scope_close_late(const int *fd)
{
    if (*fd >= LATE_DESCRIPTORS)
        close(*fd);
}

static inline void scope_free(void *pointer)
{
    free(*(void **)pointer);
}

static inline void scope_closedir(DIR **directory)
{
    if (*directory)
        closedir(*directory);
}

/* int fd: closed when the scope ends, unless negative. */
#define auto_close __attribute__((cleanup(scope_close)))
/* int fd of a process that is about to close everything at once, or to end: closed only when
 * descriptors have become so many that they might run out. */
#define auto_close_late __attribute__((cleanup(scope_close_late)))
/* Pointer from malloc: freed when the scope ends. */
#define auto_free __attribute__((cleanup(scope_free)))
/* DIR *: closed when the scope ends, unless NULL. */
#define auto_closedir __attribute__((cleanup(scope_closedir)))

/* Take the descriptor out of a variable that would close it. */
static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

#endif
