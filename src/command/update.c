/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/update.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/json.h"
#include "agentrun/base/json_writer.h"
#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/pipeline/update.h"

enum value_type { VALUE_BYTES, VALUE_NUMBER, VALUE_TEXT };

enum limit {
    LIMIT_MEMORY,
    LIMIT_MEMORY_RESERVATION,
    LIMIT_MEMORY_SWAP,
    LIMIT_CPU_PERIOD,
    LIMIT_CPU_QUOTA,
    LIMIT_CPU_BURST,
    LIMIT_CPU_SHARE,
    LIMIT_CPU_RT_PERIOD,
    LIMIT_CPU_RT_RUNTIME,
    LIMIT_CPU_IDLE,
    LIMIT_CPUSET_CPUS,
    LIMIT_CPUSET_MEMS,
    LIMIT_BLKIO_WEIGHT,
    LIMIT_PIDS,
    N_LIMITS,
};

struct request {
    const char *resources;
    const char *limits[N_LIMITS];
};

#define AT(limit) offsetof(struct request, limits[limit])

static const struct command_option options[] = {
    { "resources", 'r', OPTION_TEXT, offsetof(struct request, resources), "FILE",
      "resources as JSON, - for standard input" },
    { "memory", 0, OPTION_TEXT, AT(LIMIT_MEMORY), "BYTES", "memory" },
    { "memory-reservation", 0, OPTION_TEXT, AT(LIMIT_MEMORY_RESERVATION), "BYTES",
      "memory that is kept under pressure" },
    { "memory-swap", 0, OPTION_TEXT, AT(LIMIT_MEMORY_SWAP), "BYTES", "memory and swap together" },
    { "cpu-period", 0, OPTION_TEXT, AT(LIMIT_CPU_PERIOD), "US", "period of the quota" },
    { "cpu-quota", 0, OPTION_TEXT, AT(LIMIT_CPU_QUOTA), "US", "processor time in a period" },
    { "cpu-burst", 0, OPTION_TEXT, AT(LIMIT_CPU_BURST), "US", "time saved up for a burst" },
    { "cpu-share", 0, OPTION_TEXT, AT(LIMIT_CPU_SHARE), "N", "weight among others" },
    { "cpu-rt-period", 0, OPTION_TEXT, AT(LIMIT_CPU_RT_PERIOD), "US", "period, real-time" },
    { "cpu-rt-runtime", 0, OPTION_TEXT, AT(LIMIT_CPU_RT_RUNTIME), "US", "time, real-time" },
    { "cpu-idle", 0, OPTION_TEXT, AT(LIMIT_CPU_IDLE), "0|1", "run only when nobody else wants to" },
    { "cpuset-cpus", 0, OPTION_TEXT, AT(LIMIT_CPUSET_CPUS), "LIST", "processors" },
    { "cpuset-mems", 0, OPTION_TEXT, AT(LIMIT_CPUSET_MEMS), "LIST", "memory nodes" },
    { "blkio-weight", 0, OPTION_TEXT, AT(LIMIT_BLKIO_WEIGHT), "N", "weight of block I/O" },
    { "pids-limit", 0, OPTION_TEXT, AT(LIMIT_PIDS), "N", "number of processes" },
    { "kernel-memory", 0, OPTION_IGNORED_TEXT, 0, "BYTES", "ignored: kernels no longer have it" },
    { "kernel-memory-tcp", 0, OPTION_IGNORED_TEXT, 0, "BYTES",
      "ignored: kernels no longer have it" },
    { "l3-cache-schema", 0, OPTION_IGNORED_TEXT, 0, "TEXT",
      "ignored: no container gets a resctrl group" },
    { "mem-bw-schema", 0, OPTION_IGNORED_TEXT, 0, "TEXT",
      "ignored: no container gets a resctrl group" },
};

/* Where each limit stands in `resources`; those of one group follow each other. */
static const struct {
    const char *group, *key, *option;
    enum value_type type;
} places[N_LIMITS] = {
    [LIMIT_MEMORY] = { "memory", "limit", "memory", VALUE_BYTES },
    [LIMIT_MEMORY_RESERVATION] = { "memory", "reservation", "memory-reservation", VALUE_BYTES },
    [LIMIT_MEMORY_SWAP] = { "memory", "swap", "memory-swap", VALUE_BYTES },
    [LIMIT_CPU_PERIOD] = { "cpu", "period", "cpu-period", VALUE_NUMBER },
    [LIMIT_CPU_QUOTA] = { "cpu", "quota", "cpu-quota", VALUE_NUMBER },
    [LIMIT_CPU_BURST] = { "cpu", "burst", "cpu-burst", VALUE_NUMBER },
    [LIMIT_CPU_SHARE] = { "cpu", "shares", "cpu-share", VALUE_NUMBER },
    [LIMIT_CPU_RT_PERIOD] = { "cpu", "realtimePeriod", "cpu-rt-period", VALUE_NUMBER },
    [LIMIT_CPU_RT_RUNTIME] = { "cpu", "realtimeRuntime", "cpu-rt-runtime", VALUE_NUMBER },
    [LIMIT_CPU_IDLE] = { "cpu", "idle", "cpu-idle", VALUE_NUMBER },
    [LIMIT_CPUSET_CPUS] = { "cpu", "cpus", "cpuset-cpus", VALUE_TEXT },
    [LIMIT_CPUSET_MEMS] = { "cpu", "mems", "cpuset-mems", VALUE_TEXT },
    [LIMIT_BLKIO_WEIGHT] = { "blockIO", "weight", "blkio-weight", VALUE_NUMBER },
    [LIMIT_PIDS] = { "pids", "limit", "pids-limit", VALUE_NUMBER },
};

static int write_limit(struct json_writer *writer, enum limit limit, const char *text,
                       struct error *err)
{
    uint64_t bytes;
    int64_t number = 0;
    int result;

    json_write_key(writer, places[limit].key);
    if (places[limit].type == VALUE_TEXT) {
        json_write_string(writer, text);
        return 0;
    }
    if (places[limit].type == VALUE_BYTES && *text != '-') {
        result = number_parse_size(text, &bytes, err);
        if (result == 0 && bytes > INT64_MAX)
            result = error_set(err, ERROR_USAGE, ERANGE, "expected at most %" PRId64, INT64_MAX);
        number = (int64_t)(result == 0 ? bytes : 0);
    } else {
        result = number_parse_signed(text, INT64_MIN, INT64_MAX, &number, err);
    }
    if (result < 0)
        return error_wrap(err, "--%s", places[limit].option);
    json_write_signed(writer, number);
    return 0;
}

/* The options as the JSON text of `resources`. */
static int write_limits(struct arena *arena, const struct request *request, const char **out_text,
                        size_t *out_n_bytes, struct error *err)
{
    struct json_writer *writer = json_writer_new(arena, false);
    const char *group = NULL;

    json_write_object(writer);
    for (enum limit limit = 0; limit < N_LIMITS; limit++) {
        int result;

        if (!request->limits[limit])
            continue;
        if (!group || strcmp(group, places[limit].group) != 0) {
            if (group)
                json_write_object_end(writer);
            group = places[limit].group;
            json_write_key(writer, group);
            json_write_object(writer);
        }
        result = write_limit(writer, limit, request->limits[limit], err);
        if (result < 0)
            return result;
    }
    if (group)
        json_write_object_end(writer);
    json_write_object_end(writer);
    *out_text = json_writer_finish(writer, out_n_bytes);
    return 0;
}

static int run(struct command_call *call, struct error *err)
{
    const struct request *request = call->request;
    struct arena *arena = call->context->arena;
    const char *name = request->resources, *text = NULL;
    char *file_text = NULL;
    size_t n_bytes;
    int result;

    if (!name) {
        name = "options";
        result = write_limits(arena, request, &text, &n_bytes, err);
    } else if (strcmp(name, "-") == 0) {
        name = "standard input";
        result = io_read_all(arena, STDIN_FILENO, name, JSON_MAX_BYTES, &file_text, &n_bytes, err);
    } else {
        result = io_read_file_at(arena, AT_FDCWD, name, JSON_MAX_BYTES, &file_text, &n_bytes, err);
    }
    if (result < 0)
        return result;
    return pipeline_update(call->context, call->arguments[0], name, text ? text : file_text,
                           n_bytes, err);
}

const struct command command_update = {
    .name = "update",
    .arguments = "ID",
    .summary = "Set new limits for a container.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run,
};
