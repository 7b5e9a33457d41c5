/* SPDX-License-Identifier: Apache-2.0
 *
 * What every command has in common: the global options, worked out, and the way to a container's
 * state.
 */
#ifndef AGENTRUN_PIPELINE_CONTEXT_H
#define AGENTRUN_PIPELINE_CONTEXT_H

#include <stdbool.h>
#include <sys/types.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"
#include "agentrun/base/log.h"

struct context {
    struct arena *arena;
    struct log *log;
    char *const *argv;       /* of this program, for running it again from a protected copy */
    const char *root;        /* directory of the states, absolute: --root */
    const char *policy_file; /* --policy, or the configured place */
    bool systemd_cgroup;     /* --systemd-cgroup */
};

/* The root directory without --root: /run/agentrun for real root, $XDG_RUNTIME_DIR/agentrun for
 * anybody else when `runtime_directory` (the variable's value, perhaps NULL) is an absolute path.
 * Real root's does not depend on the environment, which differs from command to command. */
const char *context_default_root(struct arena *arena, bool rootless, const char *runtime_directory);

/* Is agentrun in another user namespace than the host's first? namespaces(7). */
bool context_is_in_user_namespace(void);

/* Is agentrun without real root: another user, or in a user namespace? user_namespaces(7). */
bool context_is_rootless(void);

/* Where processes of the host's user id `uid` could write to the file that this program was started
 * from, go on from a copy that nobody can write; then this does not return. */
int context_protect_binary(const struct context *context, uid_t uid, struct error *err);

/* Open the root directory and in it the directory of container `id`. -ENOENT: "container does not
 * exist", also when there is no root directory yet. out_root_fd may be NULL. */
int context_open_state(const struct context *context, const char *id, int *out_root_fd,
                       int *out_state_fd, struct error *err);

#endif
