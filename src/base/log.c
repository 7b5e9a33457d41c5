/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/clock.h"
#include "agentrun/base/json_writer.h"
#include "agentrun/base/scope.h"

static const char *const level_names[] = {
    [LOG_ERROR] = "error",
    [LOG_WARNING] = "warning",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

int log_open(struct log *log, const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);

    if (fd < 0)
        return error_system(err, "open log '%s'", path);
    log->fd = fd;
    return 0;
}

bool log_level_parse(const char *name, enum log_level *out_level)
{
    for (size_t i = 0; i < ARRAY_SIZE(level_names); i++) {
        if (strcmp(name, level_names[i]) != 0)
            continue;
        *out_level = (enum log_level)i;
        return true;
    }
    return false;
}

static const char *format_json(struct arena *arena, enum log_level level, const char *message,
                               const char *time_text)
{
    struct json_writer *writer = json_writer_new(arena, false);

    json_write_object(writer);
    json_write_member_string(writer, "level", level_names[level]);
    json_write_member_string(writer, "msg", message);
    json_write_member_string(writer, "time", time_text);
    json_write_object_end(writer);
    return json_writer_finish(writer, NULL);
}

void log_write(const struct log *log, enum log_level level, const char *format, ...)
{
    struct arena arena = { 0 };
    char time_text[CLOCK_TEXT_BYTES], message[2048];
    const char *line;
    va_list arguments;

    if (level > log->level || (log->fd < 0 && level == LOG_ERROR))
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    clock_format_now(false, time_text);
    if (log->json) {
        line = arena_format(&arena, "%s\n", format_json(&arena, level, message, time_text));
    } else {
        error_blank_control_characters(message);
        line = arena_format(&arena, "%s %s: %s\n", time_text, level_names[level], message);
    }
    if (write(log->fd < 0 ? STDERR_FILENO : log->fd, line, strlen(line)) < 0) {
        /* Lost: see the header. */
    }
    arena_release(&arena);
}
