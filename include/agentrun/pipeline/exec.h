/* SPDX-License-Identifier: Apache-2.0
 *
 * exec: one more process in a container, hardened like its first.
 */
#ifndef AGENTRUN_PIPELINE_EXEC_H
#define AGENTRUN_PIPELINE_EXEC_H

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

struct exec_request {
    const char *id;
    const char *process_file; /* --process; NULL: made of the members below */
    const char *const *args;
    size_t n_args;
    const char *const *env; /* NAME=VALUE, added to the container's */
    size_t n_env;
    const char *cwd;             /* NULL: the container's */
    const char *user;            /* "UID[:GID]"; NULL: the container's */
    const char *additional_gids; /* numbers separated by commas; NULL */
    const char *const *capabilities;
    size_t n_capabilities;
    const char *apparmor, *process_label;
    const char *cgroup; /* --cgroup */
    bool tty, detach, no_new_privs, ignore_paused;
    const char *console_socket, *pid_file, *pidfd_socket;
    unsigned n_preserve_fds;
};

/* Unless request->detach, wait: *out_exit_code is the program's, or 128 plus its signal. */
int pipeline_exec(struct context *context, const struct exec_request *request, int *out_exit_code,
                  struct error *err);

#endif
