/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/container/state_directory.h"

#define DEFAULT_ROOT "/run/agentrun"

const char *context_default_root(struct arena *arena, bool rootless, const char *runtime_directory)
{
    if (!rootless || !runtime_directory || runtime_directory[0] != '/')
        return DEFAULT_ROOT;
    return arena_format(arena, "%s/agentrun", runtime_directory);
}

/* The initial user namespace maps every id to itself. */
static bool is_in_user_namespace(void)
{
    unsigned inside, outside, n_ids;
    char map[512];
    struct error ignored;

    if (io_read_kernel_file_at(AT_FDCWD, "/proc/self/uid_map", map, sizeof map, &ignored) < 0)
        return errno != ENOENT; /* E2BIG: many lines, not the initial one */
    return sscanf(map, "%u %u %u", &inside, &outside, &n_ids) != 3 || inside != 0 || outside != 0 ||
           n_ids != UINT32_MAX;
}

bool context_is_rootless(void)
{
    return geteuid() != 0 || is_in_user_namespace();
}

int context_open_state(const struct context *context, const char *id, int *out_root_fd,
                       int *out_state_fd, struct error *err)
{
    auto_close int root_fd = -1;
    int result = state_check_id(id, err);

    if (result < 0)
        return result;
    result = state_open_root(context->root, false, &root_fd, err);
    if (result < 0)
        return result;
    result = state_open(root_fd, id, out_state_fd, err);
    if (result < 0)
        return result;
    if (out_root_fd)
        *out_root_fd = take_fd(&root_fd);
    return 0;
}
