/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing of JSON text. With json.h the only user of yajl.
 */
#ifndef AGENTRUN_BASE_JSON_WRITER_H
#define AGENTRUN_BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"

struct json_writer;

/* A writer whose text grows in the arena. `indent`: two blanks a level and a final newline, for
 * people; otherwise one line without one. Wrong use (a value where a key belongs) aborts. */
struct json_writer *json_writer_new(struct arena *arena, bool indent);
void json_write_object(struct json_writer *writer);
void json_write_object_end(struct json_writer *writer);
void json_write_array(struct json_writer *writer);
void json_write_array_end(struct json_writer *writer);
void json_write_key(struct json_writer *writer, const char *key);
/* A byte that is not UTF-8 (a file may be named so) comes out as U+FFFD: whatever is written can be
 * read again. */
void json_write_string(struct json_writer *writer, const char *value);
void json_write_signed(struct json_writer *writer, int64_t value);
void json_write_unsigned(struct json_writer *writer, uint64_t value);
void json_write_boolean(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);
/* A key with its value. */
void json_write_member_string(struct json_writer *writer, const char *key, const char *value);
void json_write_member_signed(struct json_writer *writer, const char *key, int64_t value);
void json_write_member_unsigned(struct json_writer *writer, const char *key, uint64_t value);
void json_write_member_boolean(struct json_writer *writer, const char *key, bool value);
/* The finished text, NUL-terminated, owned by the arena; the writer must not be used after it. */
const char *json_writer_finish(struct json_writer *writer, size_t *out_n_bytes);

#endif
