/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/json_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "agentrun/base/json_text.h"

#define REPLACEMENT_CHARACTER "\xef\xbf\xbd" /* U+FFFD */

/* yajl's own buffer is not used: the text grows here, in the arena. */
struct json_writer {
    yajl_gen generator;
    struct arena *arena;
    char *text;
    size_t n_bytes, n_allocated;
};

static void append(void *context, const char *text, size_t n_bytes)
{
    struct json_writer *writer = context;

    if (writer->n_bytes + n_bytes + 1 > writer->n_allocated) {
        size_t n_needed = writer->n_bytes + n_bytes + 1;
        size_t n_allocated = n_needed + n_needed / 4;

        writer->text = arena_grow(writer->arena, writer->text, writer->n_allocated, n_allocated);
        writer->n_allocated = n_allocated;
    }
    memcpy(writer->text + writer->n_bytes, text, n_bytes);
    writer->n_bytes += n_bytes;
    writer->text[writer->n_bytes] = '\0';
}

static void *generator_malloc(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* yajl_gen reallocates its own buffer only, which a print function replaces. */
static void *generator_realloc(void *arena, void *old, size_t size)
{
    (void)arena;
    (void)old;
    (void)size;
    abort();
}

static void generator_free(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

struct json_writer *json_writer_new(struct arena *arena, bool indent)
{
    struct json_writer *writer = ARENA_NEW(arena, struct json_writer);
    yajl_alloc_funcs functions = { generator_malloc, generator_realloc, generator_free, arena };

    writer->arena = arena;
    writer->n_allocated = 4096;
    writer->text = arena_alloc(arena, writer->n_allocated);
    writer->generator = yajl_gen_alloc(&functions);
    yajl_gen_config(writer->generator, yajl_gen_print_callback, append, writer);
    yajl_gen_config(writer->generator, yajl_gen_beautify, (int)indent);
    yajl_gen_config(writer->generator, yajl_gen_indent_string, "  ");
    return writer;
}

static void check(yajl_gen_status status)
{
    if (status != yajl_gen_status_ok && status != yajl_gen_generation_complete)
        abort();
}

void json_write_object(struct json_writer *writer)
{
    check(yajl_gen_map_open(writer->generator));
}

void json_write_object_end(struct json_writer *writer)
{
    check(yajl_gen_map_close(writer->generator));
}

void json_write_array(struct json_writer *writer)
{
    check(yajl_gen_array_open(writer->generator));
}

void json_write_array_end(struct json_writer *writer)
{
    check(yajl_gen_array_close(writer->generator));
}

void json_write_key(struct json_writer *writer, const char *key)
{
    json_write_string(writer, key);
}

/* A copy with the replacement character for each byte that is no text. */
static const char *replace_bad_bytes(struct arena *arena, const char *text, size_t n_bytes)
{
    char *copy = arena_alloc_array(arena, n_bytes + 1, strlen(REPLACEMENT_CHARACTER));
    char *end = copy;

    for (;;) {
        size_t n_good = json_text_utf8_length(text, n_bytes);

        end = mempcpy(end, text, n_good);
        if (n_good == n_bytes)
            return copy;
        end = stpcpy(end, REPLACEMENT_CHARACTER);
        text += n_good + 1;
        n_bytes -= n_good + 1;
    }
}

void json_write_string(struct json_writer *writer, const char *value)
{
    size_t n_bytes = strlen(value);

    if (json_text_utf8_length(value, n_bytes) != n_bytes) {
        value = replace_bad_bytes(writer->arena, value, n_bytes);
        n_bytes = strlen(value);
    }
    check(yajl_gen_string(writer->generator, (const unsigned char *)value, n_bytes));
}

/* yajl_gen_integer takes a long long, which is too small for unsigned 64-bit values. */
static void write_number(struct json_writer *writer, const char *digits)
{
    check(yajl_gen_number(writer->generator, digits, strlen(digits)));
}

void json_write_signed(struct json_writer *writer, int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, value);
    write_number(writer, digits);
}

void json_write_unsigned(struct json_writer *writer, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, value);
    write_number(writer, digits);
}

void json_write_boolean(struct json_writer *writer, bool value)
{
    check(yajl_gen_bool(writer->generator, value));
}

void json_write_null(struct json_writer *writer)
{
    check(yajl_gen_null(writer->generator));
}

void json_write_member_string(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, value);
}

void json_write_member_signed(struct json_writer *writer, const char *key, int64_t value)
{
    json_write_key(writer, key);
    json_write_signed(writer, value);
}

void json_write_member_unsigned(struct json_writer *writer, const char *key, uint64_t value)
{
    json_write_key(writer, key);
    json_write_unsigned(writer, value);
}

void json_write_member_boolean(struct json_writer *writer, const char *key, bool value)
{
    json_write_key(writer, key);
    json_write_boolean(writer, value);
}

const char *json_writer_finish(struct json_writer *writer, size_t *out_n_bytes)
{
    if (out_n_bytes)
        *out_n_bytes = writer->n_bytes;
    return writer->text;
}
