/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/spec.h"

#include <stdarg.h>
#include <stdio.h>

const char *spec_namespace_name(enum spec_namespace_kind kind)
{
    static const char *const names[N_NAMESPACE_KINDS] = {
        [NAMESPACE_MOUNT] = "mount",   [NAMESPACE_PID] = "pid",   [NAMESPACE_NETWORK] = "network",
        [NAMESPACE_IPC] = "ipc",       [NAMESPACE_UTS] = "uts",   [NAMESPACE_USER] = "user",
        [NAMESPACE_CGROUP] = "cgroup", [NAMESPACE_TIME] = "time",
    };

    return names[kind];
}

int spec_error(const struct spec *spec, enum error_kind kind, int errnum, const char *path,
               struct error *err, const char *format, ...)
{
    const struct json_document *document = spec->document;
    char text[ERROR_TEXT_BYTES];
    va_list arguments;
    int result;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!document)
        return error_set(err, kind, errnum, "%s%s%s", path, *path ? ": " : "", text);
    result = json_error(document, json_at(document, path), errnum, path, err, "%s", text);
    err->kind = kind;
    return result;
}
