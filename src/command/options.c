/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/command/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agentrun/base/number.h"

struct parser {
    struct arena *arena;
    const struct command_option *options;
    size_t n_options;
    const char *const *arguments;
    size_t n_arguments;
    size_t next; /* the word that is read next */
    char *target;
    struct error *err;
};

static bool takes_argument(const struct command_option *option)
{
    return option->kind != OPTION_FLAG && option->kind != OPTION_IGNORED_FLAG;
}

static const struct command_option *find_name(const struct parser *parser, const char *name,
                                              size_t length)
{
    for (size_t i = 0; i < parser->n_options; i++) {
        const struct command_option *option = &parser->options[i];

        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

static const struct command_option *find_letter(const struct parser *parser, char letter)
{
    for (size_t i = 0; i < parser->n_options; i++)
        if (parser->options[i].letter == letter)
            return &parser->options[i];
    return NULL;
}

int options_absolute_path(struct arena *arena, const char *path, const char **out_path,
                          struct error *err)
{
    char directory[PATH_MAX];

    if (*path == '\0')
        return error_set(err, ERROR_USAGE, EINVAL, "the path is empty");
    if (*path == '/') {
        *out_path = path;
        return 0;
    }
    if (!getcwd(directory, sizeof directory))
        return error_system(err, "find the working directory");
    *out_path = arena_format(arena, "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, path);
    return 0;
}

/* --- values ------------------------------------------------------------------------------- */

static int set_flag(struct parser *parser, const struct command_option *option, const char *value)
{
    bool on = !value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;

    if (!on && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
        return error_set(parser->err, ERROR_USAGE, EINVAL,
                         "--%s: expected true or false, got %.80s", option->name, value);
    if (option->kind == OPTION_FLAG)
        *(bool *)(parser->target + option->offset) = on;
    return 0;
}

static void append(struct arena *arena, struct option_list *list, const char *value)
{
    /* The room doubles whenever the count reaches a power of two. */
    if ((list->n_values & (list->n_values - 1)) == 0) {
        const char **grown =
            ARENA_NEW_ARRAY(arena, const char *, list->n_values ? 2 * list->n_values : 1);

        for (size_t i = 0; i < list->n_values; i++)
            grown[i] = list->values[i];
        list->values = grown;
    }
    list->values[list->n_values++] = value;
}

static int set_value(struct parser *parser, const struct command_option *option, const char *value)
{
    void *place = parser->target + option->offset;
    uint64_t number = 0;
    int result = 0;

    switch (option->kind) {
    case OPTION_FLAG:
    case OPTION_IGNORED_FLAG:
        return set_flag(parser, option, value);
    case OPTION_TEXT:
        *(const char **)place = value;
        break;
    case OPTION_PATH:
        result = options_absolute_path(parser->arena, value, (const char **)place, parser->err);
        break;
    case OPTION_LIST:
        append(parser->arena, place, value);
        break;
    case OPTION_UNSIGNED:
        result = number_parse_unsigned(value, 0, UINT_MAX, &number, parser->err);
        if (result == 0)
            *(unsigned *)place = (unsigned)number;
        break;
    case OPTION_IGNORED_TEXT:
        break;
    }
    return result < 0 ? error_wrap(parser->err, "--%s", option->name) : 0;
}

/* `value` is what stood behind "=", or NULL: then the next word is the argument. */
static int apply(struct parser *parser, const struct command_option *option, const char *value)
{
    if (!value && takes_argument(option)) {
        if (parser->next == parser->n_arguments)
            return error_set(parser->err, ERROR_USAGE, EINVAL, "--%s: the argument is missing",
                             option->name);
        value = parser->arguments[parser->next++];
    }
    return set_value(parser, option, value);
}

/* --- words -------------------------------------------------------------------------------- */

static int refuse(struct parser *parser, const char *word)
{
    return error_set(parser->err, ERROR_USAGE, EINVAL, "unknown option '%.80s'", word);
}

/* "-abcVALUE": letters without argument, then perhaps one with. */
static int read_letters(struct parser *parser, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct command_option *option = find_letter(parser, *letter);
        const char *rest = letter[1] == '=' ? letter + 2 : letter + 1;
        bool has_rest = letter[1] != '\0';
        int result;

        if (!option)
            return refuse(parser, word);
        if (takes_argument(option) || letter[1] == '=')
            return apply(parser, option, has_rest ? rest : NULL);
        result = apply(parser, option, NULL);
        if (result < 0)
            return result;
    }
    return 0;
}

static int read_word(struct parser *parser, const char *word)
{
    const char *name = word + 1 + (word[1] == '-');
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const struct command_option *option = find_name(parser, name, length);

    if (option)
        return apply(parser, option, equals ? equals + 1 : NULL);
    if (strcmp(name, "help") == 0 || strcmp(word, "-h") == 0)
        return OPTIONS_HELP;
    if (word[1] == '-')
        return refuse(parser, word);
    return read_letters(parser, word);
}

int options_parse(struct arena *arena, const struct command_option *options, size_t n_options,
                  const char *const *arguments, size_t n_arguments, void *target,
                  size_t *out_n_read, struct error *err)
{
    struct parser parser = {
        .arena = arena,
        .options = options,
        .n_options = n_options,
        .arguments = arguments,
        .n_arguments = n_arguments,
        .target = target,
        .err = err,
    };

    while (parser.next < n_arguments) {
        const char *word = arguments[parser.next];
        int result;

        if (word[0] != '-' || word[1] == '\0')
            break;
        parser.next++;
        if (strcmp(word, "--") == 0)
            break;
        result = read_word(&parser, word);
        if (result != 0)
            return result;
    }
    *out_n_read = parser.next;
    return 0;
}

const char *options_describe(struct arena *arena, const struct command_option *options,
                             size_t n_options)
{
    const char *text = "";

    for (size_t i = 0; i < n_options; i++) {
        const struct command_option *option = &options[i];
        const char *argument = option->argument ? option->argument : "";
        char letter[] = { '-', option->letter, ',', '\0' };
        char form[64];

        snprintf(form, sizeof form, "%3s --%s%s%s", option->letter ? letter : "", option->name,
                 *argument ? " " : "", argument);
        text = arena_format(arena, "%s  %-32s %s\n", text, form, option->help);
    }
    return text;
}
