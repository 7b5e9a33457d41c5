/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/delete.h"

#include <stddef.h>

#include "agentrun/base/scope.h"
#include "agentrun/command/matching.h"
#include "agentrun/pipeline/delete.h"

struct request {
    bool force, regex;
};

static const struct command_option options[] = {
    { "force", 'f', OPTION_FLAG, offsetof(struct request, force), NULL,
      "also a running container; none is no error" },
    { "regex", 'r', OPTION_FLAG, offsetof(struct request, regex), NULL,
      "ID is a regular expression" },
};

static int delete_one(struct command_call *call, const char *id, struct error *err)
{
    const struct request *request = call->request;

    return pipeline_delete(call->context, id, request->force, err);
}

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;

    return request->regex ? matching_for_each(call, call->arguments[0], delete_one, err)
                          : delete_one(call, call->arguments[0], err);
}

const struct command command_delete = {
    .name = "delete",
    .arguments = "ID",
    .summary = "Remove a container that is not running.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run,
};
