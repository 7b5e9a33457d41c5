/* SPDX-License-Identifier: Apache-2.0
 *
 * What a command is. Each has a source file of its own, in which it turns its options into a
 * request, hands it to the pipeline, and prints the result. Errors are printed by main alone.
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

#endif
