/* SPDX-License-Identifier: Apache-2.0
 *
 * start: let the program of a created container run.
 */
#include "agentrun/command/command.h"
#include "agentrun/pipeline/lifecycle.h"

static int run(struct command_call *call, struct error *err)
{
    return pipeline_start(call->context, call->arguments[0], err);
}

const struct command command_start = {
    .name = "start",
    .arguments = "ID",
    .summary = "Let the program of a created container run.",
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run,
};
