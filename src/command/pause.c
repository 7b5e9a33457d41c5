/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/pause.h"

#include "agentrun/pipeline/lifecycle.h"

static int run_pause(struct command_call *call, struct error *err)
{
    return pipeline_pause(call->context, call->arguments[0], err);
}

static int run_resume(struct command_call *call, struct error *err)
{
    return pipeline_resume(call->context, call->arguments[0], err);
}

const struct command command_pause = {
    .name = "pause",
    .arguments = "ID",
    .summary = "Freeze all processes of a container.",
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run_pause,
};

const struct command command_resume = {
    .name = "resume",
    .arguments = "ID",
    .summary = "Let the processes of a paused container go on.",
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run_resume,
};
