/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands, and the one place that prints errors and chooses the exit code.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/command/create.h"
#include "agentrun/command/delete.h"
#include "agentrun/command/exec.h"
#include "agentrun/command/features.h"
#include "agentrun/command/globals.h"
#include "agentrun/command/kill.h"
#include "agentrun/command/list.h"
#include "agentrun/command/pause.h"
#include "agentrun/command/ps.h"
#include "agentrun/command/spec.h"
#include "agentrun/command/start.h"
#include "agentrun/command/state.h"
#include "agentrun/command/unsupported.h"
#include "agentrun/command/update.h"

#define SPECIFICATION_VERSION "1.2.0"

static const struct command *const commands[] = {
    &command_create,  &command_start,  &command_run,  &command_state,    &command_kill,
    &command_delete,  &command_exec,   &command_list, &command_ps,       &command_pause,
    &command_resume,  &command_update, &command_spec, &command_features, &command_checkpoint,
    &command_restore, &command_events,
};

/* What an invocation has found out so far; also an error needs it. */
struct invocation {
    struct arena arena;
    struct log log;
    struct globals globals;
    struct context context;
    char *const *argv;
    const struct command *command;
    const char *const *words; /* those not read yet */
    size_t n_words;
    int exit_code;
};

static void end_out_of_memory(void)
{
    static const char text[] = "out of memory\n";

    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(1);
}

/* A file opened on a missing descriptor 0, 1 or 2 would take the program's input or output. */
static void open_standard_descriptors(void)
{
    struct pollfd standard[] = { { .fd = STDIN_FILENO },
                                 { .fd = STDOUT_FILENO },
                                 { .fd = STDERR_FILENO } };

    poll(standard, ARRAY_SIZE(standard), 0);
    for (size_t i = 0; i < ARRAY_SIZE(standard); i++)
        if (standard[i].revents & POLLNVAL && open("/dev/null", O_RDWR) != standard[i].fd)
            _exit(1);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int print_help(struct invocation *invocation, struct error *err)
{
    struct arena *arena = &invocation->arena;
    size_t n_options;
    const struct command_option *options = globals_options(&n_options);
    const char *text =
        "usage: agentrun [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n\ncommands:\n";

    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        text = arena_format(arena, "%s  %-12s %s\n", text, commands[i]->name, commands[i]->summary);
    text = arena_format(arena, "%s\nglobal options:\n%s", text,
                        options_describe(arena, options, n_options));
    return command_print(text, strlen(text), err);
}

static int print_version(struct error *err)
{
    static const char text[] = PACKAGE_NAME " version " PACKAGE_VERSION "\n"
                                            "commit: " AGENTRUN_COMMIT "\n"
                                            "spec: " SPECIFICATION_VERSION "\n";

    return command_print(text, sizeof text - 1, err);
}

static void skip_words(struct invocation *invocation, size_t n)
{
    invocation->words += n;
    invocation->n_words -= n;
}

/* The options of the command, into its request. 1: help was printed instead. */
static int read_command_options(struct invocation *invocation, void *request, struct error *err)
{
    const struct command *command = invocation->command;
    size_t n_read = 0;
    int result;

    if (command->takes_words_as_they_are)
        return 0;
    result = options_parse(&invocation->arena, command->options, command->n_options,
                           invocation->words, invocation->n_words, request, &n_read, err);
    if (result == OPTIONS_HELP) {
        const char *text = command_describe(&invocation->arena, command);

        result = command_print(text, strlen(text), err);
        return result < 0 ? result : OPTIONS_HELP;
    }
    if (result < 0)
        return error_wrap(err, "%s", command->name);
    skip_words(invocation, n_read);
    return 0;
}

static int run_command(struct invocation *invocation, struct error *err)
{
    const struct command *command = invocation->command;
    struct command_call call = {
        .context = &invocation->context,
        .request = arena_alloc(&invocation->arena, command->request_bytes),
    };
    int result = read_command_options(invocation, call.request, err);

    if (result != 0)
        return result;
    if (invocation->n_words < command->n_arguments_minimum ||
        invocation->n_words > command->n_arguments_maximum)
        return error_set(err, ERROR_USAGE, EINVAL, "%s: %s arguments; expected: %s", command->name,
                         invocation->n_words < command->n_arguments_minimum ? "too few"
                                                                            : "too many",
                         *command->arguments ? command->arguments : "none");
    call.arguments = invocation->words;
    call.n_arguments = invocation->n_words;
    result = command->run(&call, err);
    if (result == 0)
        invocation->exit_code = call.exit_code;
    return result;
}

static int run(struct invocation *invocation, struct error *err)
{
    size_t n_options, n_read = 0;
    const struct command_option *options = globals_options(&n_options);
    struct error log_error;
    int parsed = options_parse(&invocation->arena, options, n_options, invocation->words,
                               invocation->n_words, &invocation->globals, &n_read, err);
    int result = globals_open_log(&invocation->globals, &invocation->log, &log_error);

    if (parsed == OPTIONS_HELP)
        return print_help(invocation, err);
    if (parsed < 0)
        return parsed;
    if (result < 0) {
        *err = log_error;
        return result;
    }
    if (invocation->globals.version)
        return print_version(err);
    skip_words(invocation, n_read);
    if (invocation->n_words == 0)
        return error_set(err, ERROR_USAGE, EINVAL, "no command was given; try agentrun --help");
    invocation->command = find_command(invocation->words[0]);
    if (!invocation->command)
        return error_set(err, ERROR_USAGE, EINVAL, "unknown command '%.80s'; try agentrun --help",
                         invocation->words[0]);
    skip_words(invocation, 1);
    result = globals_make_context(&invocation->globals, &invocation->arena, &invocation->log,
                                  &invocation->context, err);
    invocation->context.argv = invocation->argv;
    return result < 0 ? result : run_command(invocation, err);
}

/* Engines read the log, or, without one, standard error; both get the same line. */
static int report(const struct invocation *invocation, const struct error *err)
{
    const struct command *command = invocation->command;

    log_write(&invocation->log, LOG_ERROR, "%s", err->text);
    dprintf(STDERR_FILENO, "%s\n", err->text);
    return command && command->error_exit_code ? command->error_exit_code : 1;
}

int main(int argc, char **argv)
{
    struct invocation invocation = {
        .arena.on_exhausted = end_out_of_memory,
        .log = { .fd = -1, .level = LOG_WARNING },
        .argv = argv,
        .words = (const char *const *)argv + 1,
        .n_words = argc > 0 ? (size_t)argc - 1 : 0,
    };
    struct error err = { 0 };

    open_standard_descriptors();
    if (run(&invocation, &err) < 0)
        return report(&invocation, &err);
    return invocation.exit_code;
}
