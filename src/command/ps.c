/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/ps.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/command/format.h"
#include "agentrun/pipeline/lifecycle.h"

struct request {
    const char *format;
};

static const struct command_option options[] = {
    { "format", 'f', OPTION_TEXT, offsetof(struct request, format), "FORMAT",
      "table (default) or json" },
};

static const char *as_table(struct arena *arena, const pid_t *pids, size_t n_pids)
{
    const char *text = "PID\n";

    for (size_t i = 0; i < n_pids; i++)
        text = arena_format(arena, "%s%d\n", text, pids[i]);
    return text;
}

static const char *as_json(struct arena *arena, const pid_t *pids, size_t n_pids)
{
    struct json_writer *writer = json_writer_new(arena, false);

    json_write_array(writer);
    for (size_t i = 0; i < n_pids; i++)
        json_write_signed(writer, pids[i]);
    json_write_array_end(writer);
    return arena_format(arena, "%s\n", json_writer_finish(writer, NULL));
}

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;
    struct arena *arena = call->context->arena;
    const char *text;
    pid_t *pids;
    size_t n_pids;
    bool json;
    int result = format_read(request->format, &json, err);

    if (result < 0)
        return result;
    if (call->n_arguments > 1)
        return error_set(
            err, ERROR_USAGE, EINVAL,
            "ps: arguments for ps(1) are not supported; give it the pids printed here");
    result = pipeline_pids(call->context, call->arguments[0], &pids, &n_pids, err);
    if (result < 0)
        return result;
    text = json ? as_json(arena, pids, n_pids) : as_table(arena, pids, n_pids);
    return command_print(text, strlen(text), err);
}

const struct command command_ps = {
    .name = "ps",
    .arguments = "ID",
    .summary = "Print the pids of a container's processes, as the host numbers them.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = SIZE_MAX,
    .run = run,
};
