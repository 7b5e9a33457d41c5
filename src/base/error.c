/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *error_describe(int errnum)
{
    const char *text = strerrordesc_np(errnum);

    return text ? text : "Unknown error";
}

void error_blank_control_characters(char *text)
{
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
}

__attribute__((format(printf, 4, 0))) static int set(struct error *err, enum error_kind kind,
                                                     int errnum, const char *format,
                                                     va_list arguments)
{
    err->kind = kind;
    err->errnum = errnum > 0 ? errnum : EINVAL;
    vsnprintf(err->text, sizeof err->text, format, arguments);
    error_blank_control_characters(err->text);
    return -err->errnum;
}

static void append_description(struct error *err)
{
    size_t used = strlen(err->text);

    snprintf(err->text + used, sizeof err->text - used, ": %s", error_describe(err->errnum));
    /* Engines search for "no such file or directory" and the like in lower case. */
    if (used + 2 < sizeof err->text && err->text[used + 2] >= 'A' && err->text[used + 2] <= 'Z')
        err->text[used + 2] |= 0x20;
}

int error_set(struct error *err, enum error_kind kind, int errnum, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = set(err, kind, errnum, format, arguments);
    va_end(arguments);
    return result;
}

int error_system(struct error *err, const char *format, ...)
{
    int errnum = errno;
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = set(err, ERROR_SYSTEM, errnum, format, arguments);
    va_end(arguments);
    append_description(err);
    return result;
}

int error_errno(struct error *err, int errnum, const char *format, ...)
{
    va_list arguments;
    int result;

    va_start(arguments, format);
    result = set(err, ERROR_SYSTEM, errnum, format, arguments);
    va_end(arguments);
    append_description(err);
    return result;
}

int error_wrap(struct error *err, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list arguments;
    int prefix;

    va_start(arguments, format);
    prefix = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (prefix < 0 || (size_t)prefix >= sizeof text)
        return -err->errnum;
    snprintf(text + prefix, sizeof text - (size_t)prefix, ": %s", err->text);
    error_blank_control_characters(text);
    memcpy(err->text, text, sizeof text);
    return -err->errnum;
}
