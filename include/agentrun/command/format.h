/* SPDX-License-Identifier: Apache-2.0
 *
 * --format of the commands that print a table or JSON.
 */
#ifndef AGENTRUN_COMMAND_FORMAT_H
#define AGENTRUN_COMMAND_FORMAT_H

#include <stdbool.h>

#include "agentrun/base/error.h"

/* "json", or "table" for which NULL stands too. Any other is ERROR_USAGE, -EINVAL. */
int format_read(const char *format, bool *out_is_json, struct error *err);

#endif
