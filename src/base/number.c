/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/* Digits of `base` up to `*end`; false when there are none or the value does not fit. */
static bool parse_digits(const char *text, unsigned base, uint64_t *out_value, const char **out_end)
{
    uint64_t value = 0;
    const char *c = text;

    for (; *c >= '0' && *c < (char)('0' + (char)base); c++)
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*c - '0'), &value))
            return false;
    if (c == text)
        return false;
    *out_value = value;
    *out_end = c;
    return true;
}

static bool parse_decimal(const char *text, uint64_t *out_value)
{
    const char *end;

    if (text[0] == '0' && text[1] != '\0')
        return false;
    return parse_digits(text, 10, out_value, &end) && *end == '\0';
}

int number_parse_unsigned(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *out_value,
                          struct error *err)
{
    uint64_t value;

    if (!parse_decimal(text, &value) || value < minimum || value > maximum)
        return error_set(err, ERROR_USAGE, ERANGE, "expected %" PRIu64 "..%" PRIu64 ", got %.40s",
                         minimum, maximum, *text ? text : "nothing");
    *out_value = value;
    return 0;
}

int number_parse_signed(const char *text, int64_t minimum, int64_t maximum, int64_t *out_value,
                        struct error *err)
{
    bool negative = *text == '-';
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t magnitude;
    int64_t value;

    if (!parse_decimal(text + negative, &magnitude) || magnitude > limit)
        goto refuse;
    value = negative ? (int64_t)-magnitude : (int64_t)magnitude;
    if (value < minimum || value > maximum)
        goto refuse;
    *out_value = value;
    return 0;
refuse:
    return error_set(err, ERROR_USAGE, ERANGE, "expected %" PRId64 "..%" PRId64 ", got %.40s",
                     minimum, maximum, *text ? text : "nothing");
}

int number_parse_mode(const char *text, uint32_t *out_mode, struct error *err)
{
    const char *end;
    uint64_t value;

    if (!parse_digits(text, 8, &value, &end) || *end != '\0' || value > 07777)
        return error_set(err, ERROR_USAGE, ERANGE, "expected an octal mode up to 7777, got %.40s",
                         *text ? text : "nothing");
    *out_mode = (uint32_t)value;
    return 0;
}

int number_parse_size(const char *text, uint64_t *out_bytes, struct error *err)
{
    static const char suffixes[] = "kmgt";
    const char *end, *suffix;
    uint64_t value;

    if (!parse_digits(text, 10, &value, &end))
        goto refuse;
    if (*end != '\0') {
        suffix = strchr(suffixes, *end | 0x20);
        if (!suffix || end[1] != '\0')
            goto refuse;
        for (const char *step = suffixes; step <= suffix; step++)
            if (__builtin_mul_overflow(value, 1024u, &value))
                goto refuse;
    }
    *out_bytes = value;
    return 0;
refuse:
    return error_set(err, ERROR_USAGE, ERANGE, "expected a size such as 64m, got %.40s",
                     *text ? text : "nothing");
}
