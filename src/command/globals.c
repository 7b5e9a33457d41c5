/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/globals.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define AT(member) offsetof(struct globals, member)

static const struct command_option options[] = {
    { "root", 0, OPTION_PATH, AT(root), "DIR", "where the states of containers are kept" },
    { "log", 0, OPTION_PATH, AT(log), "FILE", "append messages to this file" },
    { "log-format", 0, OPTION_TEXT, AT(log_format), "FORMAT", "text (default) or json" },
    { "log-level", 0, OPTION_TEXT, AT(log_level), "LEVEL",
      "error, warning (default), info or debug" },
    { "debug", 0, OPTION_FLAG, AT(debug), NULL, "the same as --log-level debug" },
    { "policy", 0, OPTION_PATH, AT(policy_file), "FILE", "the operator's policy" },
    { "systemd-cgroup", 's', OPTION_FLAG, AT(systemd_cgroup), NULL,
      "refused: control groups are made directly" },
    { "cgroup-manager", 0, OPTION_TEXT, AT(cgroup_manager), "NAME",
      "cgroupfs (default); systemd is refused" },
    { "rootless", 0, OPTION_TEXT, AT(rootless), "WHEN", "auto (default), true or false" },
    { "criu", 0, OPTION_IGNORED_TEXT, 0, "PATH", "ignored: there is no checkpointing" },
    { "version", 'v', OPTION_FLAG, AT(version), NULL, "print the version" },
    { "version", 'V', OPTION_FLAG, AT(version), NULL, "the same" },
};

const struct command_option *globals_options(size_t *out_n_options)
{
    *out_n_options = ARRAY_SIZE(options);
    return options;
}

static int refuse(struct error *err, const char *option, const char *expected, const char *value)
{
    return error_set(err, ERROR_USAGE, EINVAL, "--%s: expected %s, got %.40s", option, expected,
                     value);
}

int globals_open_log(const struct globals *globals, struct log *log, struct error *err)
{
    const char *format = globals->log_format ? globals->log_format : "text";

    /* Whatever else is wrong, an asked-for log is there to tell. */
    log->json = strcmp(format, "json") == 0;
    if (globals->log) {
        int result = log_open(log, globals->log, err);

        if (result < 0)
            return result;
    }
    if (!log->json && strcmp(format, "text") != 0)
        return refuse(err, "log-format", "text or json", format);
    if (globals->log_level && !log_level_parse(globals->log_level, &log->level))
        return refuse(err, "log-level", "error, warning, info or debug", globals->log_level);
    if (globals->debug)
        log->level = LOG_DEBUG;
    return 0;
}

static int choose_cgroup_manager(const struct globals *globals, bool *out_systemd,
                                 struct error *err)
{
    const char *name = globals->cgroup_manager;

    *out_systemd = globals->systemd_cgroup;
    if (!name || strcmp(name, "cgroupfs") == 0)
        return 0;
    if (strcmp(name, "disabled") == 0)
        return error_set(err, ERROR_POLICY, EINVAL,
                         "agentrun: policy: --cgroup-manager disabled: without control groups no "
                         "limit would hold");
    if (strcmp(name, "systemd") != 0)
        return refuse(err, "cgroup-manager", "cgroupfs or systemd", name);
    *out_systemd = true;
    return 0;
}

static int choose_root(const struct globals *globals, struct arena *arena, const char **out_root,
                       struct error *err)
{
    const char *when = globals->rootless ? globals->rootless : "auto";
    bool automatic = strcmp(when, "auto") == 0, rootless = strcmp(when, "true") == 0;

    if (!automatic && !rootless && strcmp(when, "false") != 0)
        return refuse(err, "rootless", "auto, true or false", when);
    if (globals->root && globals->root[strspn(globals->root, "/")] == '\0')
        return error_set(err, ERROR_USAGE, EINVAL, "--root: / cannot be the root directory");
    if (globals->root)
        *out_root = globals->root;
    else
        *out_root = context_default_root(arena, automatic ? context_is_rootless() : rootless,
                                         getenv("XDG_RUNTIME_DIR"));
    return 0;
}

int globals_make_context(const struct globals *globals, struct arena *arena, struct log *log,
                         struct context *out_context, struct error *err)
{
    struct context context = {
        .arena = arena,
        .log = log,
        .policy_file = globals->policy_file ? globals->policy_file : AGENTRUN_POLICY_FILE,
    };
    int result = choose_cgroup_manager(globals, &context.systemd_cgroup, err);

    if (result == 0)
        result = choose_root(globals, arena, &context.root, err);
    if (result == 0)
        *out_context = context;
    return result;
}
