/* SPDX-License-Identifier: Apache-2.0
 *
 * Command line options as data: a table of rows says which options there are and where in a
 * structure their values go; one parser reads the global options and those of every command.
 *
 * Accepted forms, since some caller uses each: "--name value", "--name=value", "-name value" (Go's
 * manner), "-n value", "-nvalue", "-ab" for flags, "--flag=false". Options end at the first word
 * that is none, or behind "--".
 */
#ifndef AGENTRUN_COMMAND_OPTIONS_H
#define AGENTRUN_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

enum option_kind {
    OPTION_FLAG,         /* bool */
    OPTION_TEXT,         /* const char * */
    OPTION_PATH,         /* const char *, made absolute by the working directory of the start */
    OPTION_LIST,         /* struct option_list; the option may be repeated */
    OPTION_UNSIGNED,     /* unsigned, 0..4294967295 */
    OPTION_IGNORED_FLAG, /* accepted, without effect; the row's help says why */
    OPTION_IGNORED_TEXT, /* the same, with an argument */
};

/* The arguments of a repeated option, in their order. */
struct option_list {
    const char **values;
    size_t n_values;
};

struct command_option {
    const char *name; /* long, without dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    size_t offset;        /* of the value in the target structure */
    const char *argument; /* in the help text; NULL for flags */
    const char *help;
};

/* What options_parse() returns when it met --help or -h. */
#define OPTIONS_HELP 1

/* Read the options at the head of `arguments` into `target`. *out_n_read is the number of words
 * that belong to options, "--" included. Errors are ERROR_USAGE; what stood before the wrong word
 * is in `target` then. OPTIONS_HELP: help was asked for, the rest was not read. Texts are borrowed
 * from `arguments` or belong to the arena. */
int options_parse(struct arena *arena, const struct command_option *options, size_t n_options,
                  const char *const *arguments, size_t n_arguments, void *target,
                  size_t *out_n_read, struct error *err);

/* The table as lines of a help text, in the arena. */
const char *options_describe(struct arena *arena, const struct command_option *options,
                             size_t n_options);

/* `path` if absolute, otherwise below the working directory. Nothing is resolved. */
int options_absolute_path(struct arena *arena, const char *path, const char **out_path,
                          struct error *err);

#endif
