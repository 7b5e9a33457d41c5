/* SPDX-License-Identifier: Apache-2.0
 *
 * create and run: the whole way from a bundle to a container.
 */
#ifndef AGENTRUN_PIPELINE_CREATE_H
#define AGENTRUN_PIPELINE_CREATE_H

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

struct create_request {
    const char *id;
    const char *bundle;         /* absolute path of the directory */
    const char *config;         /* absolute; NULL: config.json of the bundle */
    const char *console_socket; /* NULL: none */
    const char *pid_file;       /* absolute; NULL: none */
    const char *pidfd_socket;   /* NULL: none */
    unsigned n_preserve_fds;
    bool no_new_keyring;
    bool detach; /* run only: return once the program runs */
    bool keep;   /* run only: leave the stopped container for `delete` */
};

/* The container exists, its program waits for pipeline_start. On failure nothing is left. */
int pipeline_create(struct context *context, const struct create_request *request,
                    struct error *err);

/* Create, start, and unless request->detach, wait: *out_exit_code is the program's exit code, or
 * 128 plus the signal that ended it. Signals are forwarded; the container is deleted at the end
 * unless request->keep. */
int pipeline_run(struct context *context, const struct create_request *request, int *out_exit_code,
                 struct error *err);

#endif
