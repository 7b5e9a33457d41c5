/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/context.h"

#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"
#include "agentrun/container/state_directory.h"
#include "agentrun/linux/self_binary.h"

#define DEFAULT_ROOT "/run/agentrun"

/* PROC_USER_INIT_INO, include/linux/proc_ns.h of the kernel. */
#define INITIAL_USER_NAMESPACE_INODE 0xEFFFFFFD

const char *context_default_root(struct arena *arena, bool rootless, const char *runtime_directory)
{
    if (!rootless || !runtime_directory || runtime_directory[0] != '/')
        return DEFAULT_ROOT;
    return arena_format(arena, "%s/agentrun", runtime_directory);
}

bool context_is_in_user_namespace(void)
{
    struct stat st;

    return stat("/proc/self/ns/user", &st) == 0 && st.st_ino != INITIAL_USER_NAMESPACE_INODE;
}

bool context_is_rootless(void)
{
    return sys_effective_uid() != 0 || context_is_in_user_namespace();
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

int context_protect_binary(const struct context *context, uid_t uid, struct error *err)
{
    if (!self_binary_is_writable_by(uid))
        return 0;
    return self_binary_protect(context->argv, environ, err);
}
