/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/features.h"

#include "agentrun/base/json_writer.h"
#include "agentrun/pipeline/features.h"

static int run(struct command_call *call, struct error *err)
{
    struct json_writer *writer = json_writer_new(call->context->arena, true);
    const char *text;
    size_t n_bytes;

    pipeline_features(writer);
    text = json_writer_finish(writer, &n_bytes);
    return command_print(text, n_bytes, err);
}

const struct command command_features = {
    .name = "features",
    .arguments = "",
    .summary = "Print what is supported, as JSON.",
    .run = run,
};
