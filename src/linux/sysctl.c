/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/sysctl.h"

#include "agentrun/base/io.h"
#include "agentrun/linux/procfs.h"

int sysctl_write(int procfs_fd, const char *path, const char *value, struct error *err)
{
    char full_path[256];
    int result = io_format(full_path, sizeof full_path, err, "sys/%s", path);

    if (result == 0)
        result = procfs_write(procfs_fd, full_path, value, err);
    return result < 0 ? error_wrap(err, "sysctl") : 0;
}
