/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/exec.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/scope.h"
#include "agentrun/pipeline/exec.h"

struct request {
    struct exec_request exec;
    struct option_list env, capabilities, additional_gids;
};

#define AT(member) offsetof(struct request, member)

static const struct command_option options[] = {
    { "process", 'p', OPTION_PATH, AT(exec.process_file), "FILE", "the process as JSON" },
    { "detach", 'd', OPTION_FLAG, AT(exec.detach), NULL, "return as soon as the program runs" },
    { "pid-file", 0, OPTION_PATH, AT(exec.pid_file), "FILE", "where the process's pid is written" },
    { "console-socket", 0, OPTION_PATH, AT(exec.console_socket), "PATH",
      "socket that receives the terminal's master" },
    { "pidfd-socket", 0, OPTION_PATH, AT(exec.pidfd_socket), "PATH",
      "socket that receives a pidfd of the process" },
    { "tty", 't', OPTION_FLAG, AT(exec.tty), NULL, "give it a terminal" },
    { "cwd", 0, OPTION_TEXT, AT(exec.cwd), "DIR", "working directory in the container" },
    { "env", 'e', OPTION_LIST, AT(env), "NAME=VALUE", "one more variable of the environment" },
    { "user", 'u', OPTION_TEXT, AT(exec.user), "UID[:GID]", "user and group" },
    { "additional-gids", 'g', OPTION_LIST, AT(additional_gids), "GID", "one more group" },
    { "cap", 'c', OPTION_LIST, AT(capabilities), "NAME", "one more capability" },
    { "no-new-privs", 0, OPTION_FLAG, AT(exec.no_new_privs), NULL, "no privileges from files" },
    { "apparmor", 0, OPTION_TEXT, AT(exec.apparmor), "PROFILE", "AppArmor profile" },
    { "process-label", 0, OPTION_TEXT, AT(exec.process_label), "LABEL", "SELinux label" },
    { "cgroup", 0, OPTION_TEXT, AT(exec.cgroup), "PATH", "control group below the container's" },
    { "preserve-fds", 0, OPTION_UNSIGNED, AT(exec.n_preserve_fds), "N",
      "pass N more descriptors to the program" },
    { "ignore-paused", 0, OPTION_FLAG, AT(exec.ignore_paused), NULL, "also in a paused container" },
    { "no-subreaper", 0, OPTION_IGNORED_FLAG, 0, NULL, "ignored: agentrun is never a subreaper" },
};

static const char *join(struct arena *arena, const struct option_list *list)
{
    const char *text = NULL;

    for (size_t i = 0; i < list->n_values; i++)
        text = text ? arena_format(arena, "%s,%s", text, list->values[i]) : list->values[i];
    return text;
}

static int run(struct command_call *call, struct error *err)
{
    struct request *request = call->request;
    struct exec_request *exec = &request->exec;

    exec->id = call->arguments[0];
    exec->args = call->arguments + 1;
    exec->n_args = call->n_arguments - 1;
    exec->env = request->env.values;
    exec->n_env = request->env.n_values;
    exec->capabilities = request->capabilities.values;
    exec->n_capabilities = request->capabilities.n_values;
    exec->additional_gids = join(call->context->arena, &request->additional_gids);
    if (!exec->process_file && exec->n_args == 0)
        return error_set(err, ERROR_USAGE, EINVAL,
                         "exec: neither a command nor --process was given");
    if (exec->process_file && exec->n_args > 0)
        return error_set(err, ERROR_USAGE, EINVAL, "exec: both a command and --process were given");
    return pipeline_exec(call->context, exec, &call->exit_code, err);
}

const struct command command_exec = {
    .name = "exec",
    .arguments = "ID COMMAND [ARGUMENT...]",
    .summary = "Run one more process in a container.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = SIZE_MAX,
    /* Callers take the exit code for the program's: ours must not look like one. */
    .error_exit_code = 255,
    .run = run,
};
