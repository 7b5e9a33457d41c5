/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/spec.h"

#include <stddef.h>

#include "agentrun/base/scope.h"
#include "agentrun/pipeline/bundle.h"

struct request {
    const char *bundle;
    bool rootless;
};

static const struct command_option options[] = {
    { "bundle", 'b', OPTION_PATH, offsetof(struct request, bundle), "DIR",
      "where to write it (default: working directory)" },
    { "rootless", 0, OPTION_FLAG, offsetof(struct request, rootless), NULL,
      "with a user namespace for the caller" },
};

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;

    return pipeline_write_bundle(call->context, request->bundle ? request->bundle : ".",
                                 request->rootless, err);
}

const struct command command_spec = {
    .name = "spec",
    .arguments = "",
    .summary = "Write an example config.json.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .run = run,
};
