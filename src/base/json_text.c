/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/json_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define UNICODE_ESCAPE_BYTES 6 /* \uXXXX */

/* The nearest quote to the left that no odd number of backslashes escapes. */
size_t json_text_start(const char *document, size_t end)
{
    for (size_t i = end - 1; i-- > 0;) {
        size_t n_backslashes = 0;

        if (document[i] != '"')
            continue;
        while (n_backslashes < i && document[i - 1 - n_backslashes] == '\\')
            n_backslashes++;
        if (n_backslashes % 2 == 0)
            return i;
    }
    return 0;
}

/* The length of the character that `bytes` begins with; 0 when it is none. */
static size_t character_bytes(const unsigned char *bytes, size_t n_bytes)
{
    /* First bytes, and the range of the second one, which is where the forbidden forms show. */
    static const struct {
        unsigned char first, last, second_minimum, second_maximum, n_bytes;
    } forms[] = {
        { 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };
    size_t form = 0, n = 0;

    while (form < sizeof forms / sizeof *forms &&
           (*bytes < forms[form].first || *bytes > forms[form].last))
        form++;
    if (form == sizeof forms / sizeof *forms || forms[form].n_bytes > n_bytes)
        return 0;
    if (forms[form].n_bytes > 1 &&
        (bytes[1] < forms[form].second_minimum || bytes[1] > forms[form].second_maximum))
        return 0;
    for (n = 2; n < forms[form].n_bytes; n++)
        if ((bytes[n] & 0xc0) != 0x80)
            return 0;
    return forms[form].n_bytes;
}

size_t json_text_utf8_length(const char *text, size_t n_bytes)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t i = 0;

    while (i < n_bytes) {
        size_t n = bytes[i] < 0x80 ? 1 : character_bytes(bytes + i, n_bytes - i);

        if (n == 0)
            break;
        i += n;
    }
    return i;
}

/* The number in the escape at `raw`; 0 when there is none. */
static unsigned long escaped(const char *raw, size_t n_bytes)
{
    char digits[5] = "";

    if (n_bytes < UNICODE_ESCAPE_BYTES || raw[0] != '\\' || raw[1] != 'u')
        return 0;
    memcpy(digits, raw + 2, 4);
    return strtoul(digits, NULL, 16);
}

bool json_text_has_lone_surrogate(const char *raw, size_t n_bytes)
{
    const char *next = raw, *end = raw + n_bytes;

    while ((next = memchr(next, '\\', (size_t)(end - next)))) {
        unsigned long unit = escaped(next, (size_t)(end - next));

        if (unit >> 10 == 0xdc00 >> 10)
            return true;
        next += unit ? UNICODE_ESCAPE_BYTES : 2;
        if (unit >> 10 != 0xd800 >> 10)
            continue;
        if (escaped(next, (size_t)(end - next)) >> 10 != 0xdc00 >> 10)
            return true;
        next += UNICODE_ESCAPE_BYTES;
    }
    return false;
}
