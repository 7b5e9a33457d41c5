/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/kill.h"

#include <stddef.h>

#include "agentrun/base/scope.h"
#include "agentrun/command/matching.h"
#include "agentrun/pipeline/lifecycle.h"

struct request {
    bool all, regex;
};

static const struct command_option options[] = {
    { "all", 'a', OPTION_FLAG, offsetof(struct request, all), NULL,
      "to every process; that there is none is no error" },
    { "regex", 'r', OPTION_FLAG, offsetof(struct request, regex), NULL,
      "ID is a regular expression" },
};

static int kill_one(struct command_call *call, const char *id, struct error *err)
{
    const struct request *request = call->request;
    const char *signal = call->n_arguments > 1 ? call->arguments[1] : "TERM";

    return pipeline_kill(call->context, id, signal, request->all, err);
}

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;

    return request->regex ? matching_for_each(call, call->arguments[0], kill_one, err)
                          : kill_one(call, call->arguments[0], err);
}

const struct command command_kill = {
    .name = "kill",
    .arguments = "ID [SIGNAL]",
    .summary = "Send a signal, by number or name, to a container (default: TERM).",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 2,
    .run = run,
};
