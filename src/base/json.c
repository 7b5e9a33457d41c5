/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading. yajl tells what comes, the builder hangs it into the tree. yajl keeps no positions, but
 * it knows how many bytes it has consumed when it calls back, and that is the end of the token.
 */
#include "agentrun/base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "agentrun/base/json_text.h"

/* Up to this many members are compared pair by pair; above, sorted first. */
#define FEW_MEMBERS 16

struct level {
    struct json *container;
    struct json **tail; /* where the next child is hung */
};

struct builder {
    struct arena *arena;
    struct json_document *document;
    struct error *err;
    yajl_handle parser;
    bool is_at_end;  /* all text is consumed: yajl counts from zero again */
    const char *key; /* of the member whose value comes next */
    size_t n_values, depth;
    struct level levels[JSON_MAX_DEPTH];
};

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",       [JSON_BOOLEAN] = "a boolean", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",    [JSON_OBJECT] = "an object",
    };

    return names[type];
}

/* --- positions ---------------------------------------------------------------------------- */

struct position {
    unsigned line, column; /* from 1; columns count bytes */
};

static struct position position_of(const struct json_document *document, size_t offset)
{
    struct position position = { 1, 1 };

    for (size_t i = 0; i < offset && i < document->n_bytes; i++) {
        position.column++;
        if (document->text[i] == '\n') {
            position.line++;
            position.column = 1;
        }
    }
    return position;
}

__attribute__((format(printf, 5, 6))) static int error_at(const struct json_document *document,
                                                          size_t offset, int errnum,
                                                          struct error *err, const char *format,
                                                          ...)
{
    struct position position = position_of(document, offset);
    char text[ERROR_TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_SPEC, errnum, "%s:%u:%u: %s", document->name, position.line,
                     position.column, text);
}

int json_error(const struct json_document *document, const struct json *value, int errnum,
               const char *path, struct error *err, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_at(document, value ? value->start : 0, errnum, err, "%s%s%s", path,
                    *path ? ": " : "", text);
}

/* --- building the tree -------------------------------------------------------------------- */

static size_t consumed(const struct builder *builder)
{
    size_t n_bytes = builder->document->n_bytes;
    size_t n_consumed = builder->is_at_end ? n_bytes : yajl_get_bytes_consumed(builder->parser);

    return n_consumed < n_bytes ? n_consumed : n_bytes;
}

static struct json *add_value(struct builder *builder, enum json_type type, size_t n_token_bytes)
{
    size_t end = consumed(builder);
    struct json *value;
    struct level *level;

    if (++builder->n_values > JSON_MAX_VALUES) {
        error_at(builder->document, end, E2BIG, builder->err, "more than %d values",
                 JSON_MAX_VALUES);
        return NULL;
    }
    value = ARENA_NEW(builder->arena, struct json);
    value->type = type;
    value->end = (uint32_t)end;
    value->start = (uint32_t)(n_token_bytes ? end - n_token_bytes
                                            : json_text_start(builder->document->text, end));
    value->key = builder->key;
    builder->key = NULL;
    if (builder->depth == 0) {
        builder->document->root = value;
        return value;
    }
    level = &builder->levels[builder->depth - 1];
    if (++level->container->n_children > JSON_MAX_MEMBERS) {
        error_at(builder->document, value->start, E2BIG, builder->err,
                 "more than %d members in one object or array", JSON_MAX_MEMBERS);
        return NULL;
    }
    *level->tail = value;
    level->tail = &value->next;
    return value;
}

/* The decoded text of a string or key; NULL with an error for what no consumer can carry. */
static const char *copy_string(struct builder *builder, const unsigned char *text, size_t n_bytes)
{
    const char *decoded = (const char *)text, *document = builder->document->text;
    size_t end = consumed(builder), start = json_text_start(document, end);

    if (n_bytes > JSON_MAX_STRING_BYTES) {
        error_at(builder->document, start, E2BIG, builder->err, "a string of more than %zu bytes",
                 JSON_MAX_STRING_BYTES);
        return NULL;
    }
    if (memchr(text, '\0', n_bytes)) {
        error_at(builder->document, start, EINVAL, builder->err, "a NUL character in a string");
        return NULL;
    }
    if (json_text_utf8_length(decoded, n_bytes) != n_bytes ||
        json_text_has_lone_surrogate(document + start, end - start)) {
        error_at(builder->document, start, EINVAL, builder->err, "a string that is not Unicode");
        return NULL;
    }
    return arena_strndup(builder->arena, decoded, n_bytes);
}

static int on_null(void *context)
{
    return add_value(context, JSON_NULL, strlen("null")) != NULL;
}

static int on_boolean(void *context, int boolean)
{
    struct json *value = add_value(context, JSON_BOOLEAN, strlen(boolean ? "true" : "false"));

    if (value)
        value->boolean = boolean;
    return value != NULL;
}

static int on_number(void *context, const char *digits, size_t n_bytes)
{
    struct builder *builder = context;
    struct json *value = add_value(builder, JSON_NUMBER, n_bytes);

    if (value)
        value->string = arena_strndup(builder->arena, digits, n_bytes);
    return value != NULL;
}

static int on_string(void *context, const unsigned char *text, size_t n_bytes)
{
    struct builder *builder = context;
    const char *string = copy_string(builder, text, n_bytes);
    struct json *value = string ? add_value(builder, JSON_STRING, 0) : NULL;

    if (value)
        value->string = string;
    return value != NULL;
}

static int on_key(void *context, const unsigned char *text, size_t n_bytes)
{
    struct builder *builder = context;

    builder->key = copy_string(builder, text, n_bytes);
    return builder->key != NULL;
}

static int open_container(struct builder *builder, enum json_type type)
{
    struct json *value;

    if (builder->depth == JSON_MAX_DEPTH) {
        error_at(builder->document, consumed(builder) - 1, E2BIG, builder->err,
                 "more than %d levels deep", JSON_MAX_DEPTH);
        return 0;
    }
    value = add_value(builder, type, 1);
    if (!value)
        return 0;
    builder->levels[builder->depth++] = (struct level){ value, &value->first };
    return 1;
}

static int on_start_object(void *context)
{
    return open_container(context, JSON_OBJECT);
}

static int on_start_array(void *context)
{
    return open_container(context, JSON_ARRAY);
}

static int close_container(struct builder *builder)
{
    builder->levels[--builder->depth].container->end = (uint32_t)consumed(builder);
    return 1;
}

static int on_end_array(void *context)
{
    return close_container(context);
}

static int compare_keys(const void *left, const void *right)
{
    const struct json *const *a = left, *const *b = right;

    return strcmp((*a)->key, (*b)->key);
}

static const struct json *duplicate_of_few(const struct json *object)
{
    for (const struct json *a = object->first; a; a = a->next)
        for (const struct json *b = a->next; b; b = b->next)
            if (strcmp(a->key, b->key) == 0)
                return b;
    return NULL;
}

static const struct json *duplicate_of_many(struct arena *arena, const struct json *object)
{
    const struct json **members = ARENA_NEW_ARRAY(arena, const struct json *, object->n_children);
    size_t n = 0;

    for (const struct json *member = object->first; member; member = member->next)
        members[n++] = member;
    qsort(members, n, sizeof *members, compare_keys);
    for (size_t i = 1; i < n; i++)
        if (strcmp(members[i - 1]->key, members[i]->key) == 0)
            return members[i - 1]->start > members[i]->start ? members[i - 1] : members[i];
    return NULL;
}

/* Two parsers that disagree on which of two equal keys counts are a way around any policy. */
static int on_end_object(void *context)
{
    struct builder *builder = context;
    const struct json *object = builder->levels[builder->depth - 1].container;
    const struct json *duplicate = object->n_children <= FEW_MEMBERS
                                       ? duplicate_of_few(object)
                                       : duplicate_of_many(builder->arena, object);

    if (duplicate) {
        error_at(builder->document, duplicate->start, EEXIST, builder->err,
                 "the key \"%s\" stands twice in one object", duplicate->key);
        return 0;
    }
    return close_container(builder);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_object,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

/* --- memory of yajl ----------------------------------------------------------------------- */

/* Each piece remembers its size in front, so that realloc can copy. */
#define SIZE_HEADER 16

static void *arena_malloc(void *arena, size_t size)
{
    char *piece = arena_alloc(arena, size + SIZE_HEADER);

    memcpy(piece, &size, sizeof size);
    return piece + SIZE_HEADER;
}

static void *arena_realloc(void *arena, void *old, size_t size)
{
    char *piece = arena_malloc(arena, size);
    size_t old_size = 0;

    if (old) {
        memcpy(&old_size, (char *)old - SIZE_HEADER, sizeof old_size);
        memcpy(piece, old, old_size < size ? old_size : size);
    }
    return piece;
}

static void arena_free(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

static yajl_alloc_funcs arena_functions(struct arena *arena)
{
    return (yajl_alloc_funcs){ arena_malloc, arena_realloc, arena_free, arena };
}

/* --- parsing ------------------------------------------------------------------------------ */

/* What yajl says of the error, without its prefix and line feed. */
static int syntax_error(struct builder *builder, struct error *err)
{
    unsigned char *text = yajl_get_error(builder->parser, 0, NULL, 0);
    const char *reason = text ? strchr((const char *)text, ':') : NULL;

    reason = reason ? reason + 2 : "not JSON";
    return error_at(builder->document, consumed(builder), EINVAL, err, "%.*s",
                    (int)strcspn(reason, "\n"), reason);
}

int json_parse(struct arena *arena, const char *name, const char *text, size_t n_bytes,
               struct json_document *out_document, struct error *err)
{
    struct json_document document = { .name = name, .text = text, .n_bytes = n_bytes };
    yajl_alloc_funcs functions = arena_functions(arena);
    struct builder *builder = ARENA_NEW(arena, struct builder);
    yajl_status status;

    if (n_bytes > JSON_MAX_BYTES)
        return error_set(err, ERROR_SPEC, E2BIG, "%s: larger than %zu MiB", name,
                         JSON_MAX_BYTES >> 20);
    if (n_bytes == 0)
        return error_set(err, ERROR_SPEC, EINVAL, "%s:1:1: the file is empty", name);
    *builder = (struct builder){ .arena = arena, .document = &document, .err = err };
    err->kind = ERROR_NONE;
    builder->parser = yajl_alloc(&callbacks, &functions, builder);
    status = yajl_parse(builder->parser, (const unsigned char *)text, n_bytes);
    if (status == yajl_status_ok) {
        builder->is_at_end = true;
        status = yajl_complete_parse(builder->parser);
    }
    if (status == yajl_status_client_canceled)
        return -err->errnum;
    if (status != yajl_status_ok)
        return syntax_error(builder, err);
    if (!document.root)
        return error_set(err, ERROR_SPEC, EINVAL, "%s:1:1: the file holds no value", name);
    *out_document = document;
    return 0;
}

/* --- finding ------------------------------------------------------------------------------ */

static const struct json *member_n(const struct json *object, const char *key, size_t n_key_bytes)
{
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (const struct json *member = object->first; member; member = member->next)
        if (strncmp(member->key, key, n_key_bytes) == 0 && member->key[n_key_bytes] == '\0')
            return member;
    return NULL;
}

const struct json *json_member(const struct json *object, const char *key)
{
    return member_n(object, key, strlen(key));
}

static const struct json *element(const struct json *array, unsigned long index)
{
    const struct json *value = array->type == JSON_ARRAY ? array->first : NULL;

    while (value && index-- > 0)
        value = value->next;
    return value;
}

/* One step of a path: what it leads to, or NULL, and the rest of the path. */
static const struct json *step(const struct json *value, const char *path, const char **out_rest)
{
    const char *end, *key;
    char *after_digits;

    if (strncmp(path, "[\"", 2) == 0) {
        key = path + 2;
        end = strstr(key, "\"]");
        *out_rest = end ? end + 2 : key + strlen(key);
        return end ? member_n(value, key, (size_t)(end - key)) : NULL;
    }
    if (*path == '[') {
        unsigned long index = strtoul(path + 1, &after_digits, 10);

        *out_rest = after_digits + (*after_digits == ']');
        return element(value, index);
    }
    key = path + (*path == '.');
    end = key + strcspn(key, ".[");
    *out_rest = end;
    return member_n(value, key, (size_t)(end - key));
}

const struct json *json_at(const struct json_document *document, const char *path)
{
    const struct json *value = document->root;

    while (value && *path) {
        const struct json *next = step(value, path, &path);

        if (!next)
            break;
        value = next;
    }
    return value;
}
