/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/create.h"

#include <stddef.h>

#include "agentrun/base/scope.h"
#include "agentrun/pipeline/create.h"

#define AT(member) offsetof(struct create_request, member)

/* The last rows are run's alone. */
static const struct command_option options[] = {
    { "bundle", 'b', OPTION_PATH, AT(bundle), "DIR", "the bundle (default: working directory)" },
    { "config", 'f', OPTION_PATH, AT(config), "FILE", "instead of the bundle's config.json" },
    { "console-socket", 0, OPTION_PATH, AT(console_socket), "PATH",
      "socket that receives the terminal's master" },
    { "pid-file", 0, OPTION_PATH, AT(pid_file), "FILE", "where init's pid is written" },
    { "pidfd-socket", 0, OPTION_PATH, AT(pidfd_socket), "PATH",
      "socket that receives a pidfd of init" },
    { "preserve-fds", 0, OPTION_UNSIGNED, AT(n_preserve_fds), "N",
      "pass N more descriptors to the program" },
    { "no-new-keyring", 0, OPTION_FLAG, AT(no_new_keyring), NULL, "keep the session keyring" },
    { "no-pivot", 0, OPTION_IGNORED_FLAG, 0, NULL,
      "ignored: a root that is only covered can be uncovered" },
    { "no-subreaper", 0, OPTION_IGNORED_FLAG, 0, NULL, "ignored: agentrun is never a subreaper" },
    { "detach", 'd', OPTION_FLAG, AT(detach), NULL, "return as soon as the program runs" },
    { "keep", 0, OPTION_FLAG, AT(keep), NULL, "leave the stopped container for delete" },
};

#define N_RUN_ONLY_OPTIONS 2

static int complete_request(struct command_call *call, struct error *err)
{
    struct create_request *request = call->request;

    request->id = call->arguments[0];
    if (request->bundle)
        return 0;
    return options_absolute_path(call->context->arena, ".", &request->bundle, err);
}

static int create(struct command_call *call, struct error *err)
{
    int result = complete_request(call, err);

    return result < 0 ? result : pipeline_create(call->context, call->request, err);
}

static int run(struct command_call *call, struct error *err)
{
    int result = complete_request(call, err);

    return result < 0 ? result : pipeline_run(call->context, call->request, &call->exit_code, err);
}

const struct command command_create = {
    .name = "create",
    .arguments = "ID",
    .summary = "Make a container; its program waits for start.",
    .options = options,
    .n_options = ARRAY_SIZE(options) - N_RUN_ONLY_OPTIONS,
    .request_bytes = sizeof(struct create_request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = create,
};

const struct command command_run = {
    .name = "run",
    .arguments = "ID",
    .summary = "Make a container, start it, wait for its end and remove it.",
    .options = options,
    .n_options = ARRAY_SIZE(options),
    .request_bytes = sizeof(struct create_request),
    .n_arguments_minimum = 1,
    .n_arguments_maximum = 1,
    .run = run,
};
