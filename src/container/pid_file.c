/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/pid_file.h"

#include <fcntl.h>
#include <stdio.h>

#include "agentrun/base/io.h"

int pid_file_write(const char *path, pid_t pid, struct error *err)
{
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%d", (int)pid);

    if (io_replace_file_at(AT_FDCWD, path, digits, (size_t)length, 0644, err) < 0)
        return error_wrap(err, "pid file");
    return 0;
}
