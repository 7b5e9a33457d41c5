/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/command.h"

#include <unistd.h>

#include "agentrun/base/io.h"

int command_print(const char *text, size_t n_bytes, struct error *err)
{
    int result = io_write_all(STDOUT_FILENO, text, n_bytes);

    return result < 0 ? error_errno(err, -result, "write to standard output") : 0;
}

const char *command_describe(struct arena *arena, const struct command *command)
{
    const char *options = options_describe(arena, command->options, command->n_options);

    return arena_format(arena, "usage: agentrun [GLOBAL OPTIONS] %s %s%s\n\n%s\n%s%s",
                        command->name, command->n_options ? "[OPTIONS] " : "", command->arguments,
                        command->summary, *options ? "\noptions:\n" : "", options);
}
