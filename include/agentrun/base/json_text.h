/* SPDX-License-Identifier: Apache-2.0
 *
 * What yajl leaves open about strings: where one begins, and whether it is text. yajl lets
 * overlong forms and halves of surrogate pairs pass; another parser would read another string.
 */
#ifndef AGENTRUN_BASE_JSON_TEXT_H
#define AGENTRUN_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The offset of the opening quote of the string whose closing quote stands right before `end`. */
size_t json_text_start(const char *document, size_t end);

/* How many of the bytes, from the first one, are UTF-8 as RFC 3629 has it: shortest forms, no
 * surrogates, at most U+10FFFF, no character cut off. */
size_t json_text_utf8_length(const char *text, size_t n_bytes);

/* Whether a string as written in the document holds half a surrogate pair ("\ud83d" alone). Its
 * escapes must be well-formed. */
bool json_text_has_lone_surrogate(const char *raw, size_t n_bytes);

#endif
