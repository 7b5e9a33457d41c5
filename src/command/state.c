/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/state.h"

#include "agentrun/pipeline/lifecycle.h"

static int run(struct command_call *call, struct error *err)
{
    struct json_writer *writer = json_writer_new(call->context->arena, true);
    const char *text;
    size_t n_bytes;
    int result = pipeline_describe(call->context, call->arguments[0], writer, err);

    if (result < 0)
        return result;
    text = json_writer_finish(writer, &n_bytes);
    return command_print(text, n_bytes, err);
}

const struct command command_state = {
    .name = "state",
    .arguments = "ID",
    .summary = "Print the state of a container.",
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run,
};
