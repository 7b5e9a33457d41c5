/* SPDX-License-Identifier: Apache-2.0
 *
 * The log that callers read: one line per message, written with one call on an appending
 * descriptor, since several runtimes may write to one file.
 */
#ifndef AGENTRUN_BASE_LOG_H
#define AGENTRUN_BASE_LOG_H

#include <stdbool.h>

#include "agentrun/base/error.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct log {
    int fd; /* owned by the log; -1: no file was named */
    enum log_level level;
    bool json;
};

/* Open `path` for appending, creating it with mode 0644. Errors: those of open(2). */
int log_open(struct log *log, const char *path, struct error *err);

/* Write a message if its level is enabled. Without a file, messages go to standard error, except
 * errors, which main prints there itself. A message that cannot be written is lost: nobody is
 * there to tell. JSON lines hold level, msg and time (RFC 3339), as containerd's shim reads. */
__attribute__((format(printf, 3, 4))) void log_write(const struct log *log, enum log_level level,
                                                     const char *format, ...);

/* "error", "warning", "info", "debug"; false for another name. */
bool log_level_parse(const char *name, enum log_level *out_level);

#endif
