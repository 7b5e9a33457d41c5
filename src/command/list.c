/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/list.h"

#include <stddef.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/command/format.h"
#include "agentrun/pipeline/lifecycle.h"

struct request {
    const char *format;
    bool quiet;
};

static const struct command_option options[] = {
    { "format", 'f', OPTION_TEXT, offsetof(struct request, format), "FORMAT",
      "table (default) or json" },
    { "quiet", 'q', OPTION_FLAG, offsetof(struct request, quiet), NULL, "ids only" },
};

static const char *as_ids(struct arena *arena, const struct pipeline_entry *entries, size_t n)
{
    const char *text = "";

    for (size_t i = 0; i < n; i++)
        text = arena_format(arena, "%s%s\n", text, entries[i].state.id);
    return text;
}

static const char *owner_name(struct arena *arena, uid_t uid)
{
    /* Asking the name service would load its libraries into a root process. */
    return uid == 0 ? "root" : arena_format(arena, "#%u", uid);
}

static const char *as_table(struct arena *arena, const struct pipeline_entry *entries, size_t n)
{
    const char *text = arena_format(arena, "%-24s %-8s %-8s %-30s %-40s %s\n", "ID", "PID",
                                    "STATUS", "CREATED", "BUNDLE", "OWNER");

    for (size_t i = 0; i < n; i++) {
        const struct state *state = &entries[i].state;
        bool stopped = entries[i].status == STATUS_STOPPED;

        text = arena_format(arena, "%s%-24s %-8d %-8s %-30s %-40s %s\n", text, state->id,
                            stopped ? 0 : state->pid, state_status_name(entries[i].status),
                            state->created ? state->created : "-",
                            state->bundle ? state->bundle : "-", owner_name(arena, state->owner));
    }
    return text;
}

static const char *as_json(struct arena *arena, const struct pipeline_entry *entries, size_t n)
{
    struct json_writer *writer = json_writer_new(arena, false);

    json_write_array(writer);
    for (size_t i = 0; i < n; i++)
        state_encode(writer, &entries[i].state, entries[i].status,
                     owner_name(arena, entries[i].state.owner));
    json_write_array_end(writer);
    return arena_format(arena, "%s\n", json_writer_finish(writer, NULL));
}

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;
    struct arena *arena = call->context->arena;
    struct pipeline_entry *entries;
    const char *text;
    size_t n;
    bool json;
    int result = format_read(request->format, &json, err);

    if (result < 0)
        return result;
    result = pipeline_list(call->context, &entries, &n, err);
    if (result < 0)
        return result;
    if (request->quiet)
        text = as_ids(arena, entries, n);
    else
        text = json ? as_json(arena, entries, n) : as_table(arena, entries, n);
    return command_print(text, strlen(text), err);
}

const struct command command_list = {
    .name = "list",
    .arguments = "",
    .summary = "Print all containers.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .run = run,
};
