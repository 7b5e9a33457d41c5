/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/gather_below.h"

#include <stdbool.h>
#include <string.h>

/* Of one line, counted from 0. The number of optional fields before " - " varies. */
#define FIELD_MOUNT_POINT 4
#define BEFORE_TYPE       " - "

/* The next character of a field, where the kernel writes blanks and the like as \040. */
static char next_character(const char **field)
{
    const char *at = *field;

    if (at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' &&
        at[3] >= '0' && at[3] <= '7') {
        *field += 4;
        return (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
    }
    *field += 1;
    return *at;
}

static bool is_below(const char *field, const char *directory)
{
    /* Below "/" is everything. */
    if (strcmp(directory, "/") == 0)
        return field[0] == '/' && field[1] != ' ';
    for (; *directory; directory++) {
        if (*field == ' ' || *field == '\0' || next_character(&field) != *directory)
            return false;
    }
    return *field == '/';
}

static const char *mount_point(const char *line)
{
    for (int i = 0; line && i < FIELD_MOUNT_POINT; i++) {
        line = strchr(line, ' ');
        if (line)
            line++;
    }
    return line;
}

static size_t count_lines(const char *text)
{
    size_t n_lines = 1;

    for (; (text = strchr(text, '\n')); text++)
        n_lines++;
    return n_lines;
}

const char *const *gather_below(struct arena *arena, const char *mountinfo, const char *directory,
                                size_t *out_n_types)
{
    const char **types = ARENA_NEW_ARRAY(arena, const char *, count_lines(mountinfo));
    size_t n_types = 0;

    for (const char *line = mountinfo; *line; line += *line == '\n') {
        size_t n_bytes = strcspn(line, "\n");
        const char *text = arena_strndup(arena, line, n_bytes);
        const char *point = mount_point(text);
        const char *type = point ? strstr(point, BEFORE_TYPE) : NULL;

        line += n_bytes;
        if (!type || !is_below(point, directory))
            continue;
        type += strlen(BEFORE_TYPE);
        types[n_types++] = arena_strndup(arena, type, strcspn(type, " "));
    }
    *out_n_types = n_types;
    return types;
}
