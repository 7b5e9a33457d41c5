/* SPDX-License-Identifier: Apache-2.0
 *
 * The options before the command, and the context that they make.
 */
#ifndef AGENTRUN_COMMAND_GLOBALS_H
#define AGENTRUN_COMMAND_GLOBALS_H

#include "agentrun/command/options.h"
#include "agentrun/pipeline/context.h"

struct globals {
    const char *root, *policy_file;
    const char *log, *log_format, *log_level;
    const char *cgroup_manager, *rootless;
    bool systemd_cgroup, debug, version;
};

/* The rows for options_parse(). */
const struct command_option *globals_options(size_t *out_n_options);

/* Open and set up the log. Meant to be called even when the options had an error, so that the
 * error gets into the log: engines look nowhere else. */
int globals_open_log(const struct globals *globals, struct log *log, struct error *err);

/* Everything else that the options say. */
int globals_make_context(const struct globals *globals, struct arena *arena, struct log *log,
                         struct context *out_context, struct error *err);

#endif
