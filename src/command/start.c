/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/start.h"

#include "agentrun/pipeline/start.h"

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
