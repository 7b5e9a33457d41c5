/* SPDX-License-Identifier: Apache-2.0
 *
 * What a command is, and the list of them; one source file each. A command turns its options into
 * a request, hands it to the pipeline, and prints the result. Errors are printed by main alone.
 */
#ifndef AGENTRUN_COMMAND_COMMAND_H
#define AGENTRUN_COMMAND_COMMAND_H

#include "agentrun/base/error.h"
#include "agentrun/command/options.h"
#include "agentrun/pipeline/context.h"

struct command_call {
    struct context *context;
    void *request; /* command->request_bytes, filled from the options */
    const char *const *arguments;
    size_t n_arguments;
    int exit_code; /* of agentrun when the command succeeds */
};

struct command {
    const char *name;
    const char *arguments; /* in the usage line */
    const char *summary;
    const struct command_option *options;
    size_t n_options;
    size_t request_bytes;
    size_t n_arguments_minimum, n_arguments_maximum;
    bool takes_words_as_they_are; /* options too are arguments */
    int error_exit_code;          /* 0 stands for 1 */
    int (*run)(struct command_call *call, struct error *err);
};

/* Write a result to standard output. */
int command_print(const char *text, size_t n_bytes, struct error *err);

/* The help text of one command, in the arena. */
const char *command_describe(struct arena *arena, const struct command *command);

extern const struct command command_create, command_run; /* create.c */
extern const struct command command_delete;
extern const struct command command_exec;
extern const struct command command_features;
extern const struct command command_kill;
extern const struct command command_list;
extern const struct command command_pause, command_resume; /* pause.c */
extern const struct command command_ps;
extern const struct command command_spec;
extern const struct command command_start;
extern const struct command command_state;
extern const struct command command_update;
extern const struct command command_checkpoint, command_events, command_restore; /* unsupported.c */

#endif
