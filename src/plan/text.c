/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_ROOM 4096

static void make_room(struct text *text, size_t n_more)
{
    size_t n_room = text->n_room ? text->n_room : FIRST_ROOM;
    char *grown;

    if (text->n_bytes + n_more < text->n_room)
        return;
    while (n_room <= text->n_bytes + n_more)
        n_room *= 2;
    grown = arena_alloc(text->arena, n_room);
    if (text->start)
        memcpy(grown, text->start, text->n_bytes);
    text->start = grown;
    text->n_room = n_room;
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        make_room(text, (size_t)length);
        vsnprintf(text->start + text->n_bytes, (size_t)length + 1, format, again);
        text->n_bytes += (size_t)length;
    }
    va_end(again);
}

void text_add_quoted(struct text *text, const char *string)
{
    if (!string) {
        text_add(text, "none");
        return;
    }
    text_add(text, "\"");
    while (*string) {
        size_t n_plain = 0;

        while ((unsigned char)string[n_plain] >= ' ' && !strchr("\"\\\x7f", string[n_plain]))
            n_plain++;
        text_add(text, "%.*s", (int)n_plain, string);
        string += n_plain;
        if (*string == '"' || *string == '\\')
            text_add(text, "\\%c", *string++);
        else if (*string)
            text_add(text, "\\x%02x", (unsigned char)*string++);
    }
    text_add(text, "\"");
}
