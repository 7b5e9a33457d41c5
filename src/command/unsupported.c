/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/unsupported.h"

#include <errno.h>
#include <stdint.h>

static int run_checkpoint(struct command_call *call, struct error *err)
{
    (void)call;
    return error_set(err, ERROR_USAGE, ENOTSUP, "checkpoint is not supported");
}

static int run_restore(struct command_call *call, struct error *err)
{
    (void)call;
    return error_set(err, ERROR_USAGE, ENOTSUP, "restore is not supported");
}

static int run_events(struct command_call *call, struct error *err)
{
    (void)call;
    return error_set(err, ERROR_USAGE, ENOTSUP,
                     "events is not supported; the numbers are in the container's cgroup");
}

const struct command command_checkpoint = {
    .name = "checkpoint",
    .arguments = "ID",
    .summary = "Not supported.",
    .n_arguments_maximum = SIZE_MAX,
    .takes_words_as_they_are = true,
    .run = run_checkpoint,
};

const struct command command_restore = {
    .name = "restore",
    .arguments = "ID",
    .summary = "Not supported.",
    .n_arguments_maximum = SIZE_MAX,
    .takes_words_as_they_are = true,
    .run = run_restore,
};

const struct command command_events = {
    .name = "events",
    .arguments = "ID",
    .summary = "Not supported.",
    .n_arguments_maximum = SIZE_MAX,
    .takes_words_as_they_are = true,
    .run = run_events,
};
