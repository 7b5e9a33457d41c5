/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int trace_open(void)
{
    const char *path = secure_getenv("AGENTRUN_TRACE");

    if (!path || !*path)
        return -1;
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
}

void trace_mark(int fd, const char *who, const char *what)
{
    struct timespec now;
    char line[160];
    int length;

    if (fd < 0)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    length = snprintf(line, sizeof line, "%s\t%s\t%lld%09ld\n", who, what, (long long)now.tv_sec,
                      now.tv_nsec);
    if (length > 0 && write(fd, line, (size_t)length) < 0) {
        /* A trace that cannot be written must not disturb the launch. */
    }
}
