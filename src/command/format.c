/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/format.h"

#include <errno.h>
#include <string.h>

int format_read(const char *format, bool *out_is_json, struct error *err)
{
    bool is_json = format && strcmp(format, "json") == 0;

    if (format && !is_json && strcmp(format, "table") != 0)
        return error_set(err, ERROR_USAGE, EINVAL, "--format: expected table or json, got %.40s",
                         format);
    *out_is_json = is_json;
    return 0;
}
