/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done with a container that exists already.
 */
#ifndef AGENTRUN_PIPELINE_LIFECYCLE_H
#define AGENTRUN_PIPELINE_LIFECYCLE_H

#include <sys/types.h>

#include "agentrun/base/error.h"
#include "agentrun/base/json_writer.h"
#include "agentrun/container/state.h"
#include "agentrun/pipeline/context.h"

/* A container and what it is doing now. */
struct pipeline_entry {
    struct state state;
    enum state_status status;
};

/* Send a signal ("9", "KILL", "SIGKILL" …) to init, or with `all` (and for SIGKILL without a
 * private pid namespace) to every process. "container not running" when stopped, except with `all`.
 * Takes no lock: it changes no state, and must work while another command hangs. */
int pipeline_kill(struct context *context, const char *id, const char *signal_text, bool all,
                  struct error *err);

/* Freeze all processes; returns when they are. "container not running" when stopped. */
int pipeline_pause(struct context *context, const char *id, struct error *err);

/* Let them go on. "container not paused" when they do already. */
int pipeline_resume(struct context *context, const char *id, struct error *err);

/* The state and the present status. */
int pipeline_state(struct context *context, const char *id, struct state *out_state,
                   enum state_status *out_status, struct error *err);

/* The same as JSON. */
int pipeline_describe(struct context *context, const char *id, struct json_writer *writer,
                      struct error *err);

/* All containers. What cannot be read, such as another runtime's, is left out with a note in the
 * log. */
int pipeline_list(struct context *context, struct pipeline_entry **out_entries,
                  size_t *out_n_entries, struct error *err);

/* Pids of all processes of the container, in the caller's pid namespace. */
int pipeline_pids(struct context *context, const char *id, pid_t **out_pids, size_t *out_n_pids,
                  struct error *err);

#endif
