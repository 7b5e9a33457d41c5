/* SPDX-License-Identifier: Apache-2.0 */
#include "json_difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool children_equal(const struct json *a, const struct json *b)
{
    const struct json *x = a->first, *y = b->first;

    if (a->n_children != b->n_children)
        return false;
    for (; x; x = x->next) {
        const struct json *other = a->type == JSON_OBJECT ? json_member(b, x->key) : y;

        if (!json_equals(x, other))
            return false;
        y = y->next;
    }
    return true;
}

bool json_equals(const struct json *a, const struct json *b)
{
    if (!a || !b || a->type != b->type)
        return a == b;
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOLEAN:
        return a->boolean == b->boolean;
    case JSON_NUMBER:
    case JSON_STRING:
        return strcmp(a->string, b->string) == 0;
    default:
        return children_equal(a, b);
    }
}

static void write_value(struct json_writer *writer, const struct json *value)
{
    switch (value->type) {
    case JSON_NULL:
        json_write_null(writer);
        break;
    case JSON_BOOLEAN:
        json_write_boolean(writer, value->boolean);
        break;
    case JSON_NUMBER:
        if (value->string[0] == '-')
            json_write_signed(writer, strtoll(value->string, NULL, 10));
        else
            json_write_unsigned(writer, strtoull(value->string, NULL, 10));
        break;
    case JSON_STRING:
        json_write_string(writer, value->string);
        break;
    default:
        json_write_difference(writer, value, NULL);
    }
}

static bool has_element(const struct json *array, const struct json *element)
{
    if (!array || array->type != JSON_ARRAY)
        return false;
    for (const struct json *other = array->first; other; other = other->next)
        if (json_equals(other, element))
            return true;
    return false;
}

void json_write_difference(struct json_writer *writer, const struct json *value,
                           const struct json *base)
{
    if (value->type == JSON_OBJECT) {
        json_write_object(writer);
        for (const struct json *member = value->first; member; member = member->next) {
            const struct json *other = json_member(base, member->key);

            if (json_equals(member, other))
                continue;
            json_write_key(writer, member->key);
            json_write_difference(writer, member, other);
        }
        json_write_object_end(writer);
    } else if (value->type == JSON_ARRAY) {
        json_write_array(writer);
        for (const struct json *element = value->first; element; element = element->next)
            if (!has_element(base, element))
                json_write_difference(writer, element, NULL);
        json_write_array_end(writer);
    } else {
        write_value(writer, value);
    }
}

void json_visit_differences(struct arena *arena, const char *path, const struct json *a,
                            const struct json *b, void (*visit)(void *context, const char *path),
                            void *context)
{
    const struct json *objects[] = { a, b };

    if (json_equals(a, b))
        return;
    if ((a && a->type != JSON_OBJECT) || (b && b->type != JSON_OBJECT)) {
        visit(context, path);
        return;
    }
    for (size_t i = 0; i < 2; i++)
        for (const struct json *x = objects[i] ? objects[i]->first : NULL; x; x = x->next) {
            const char *inner = arena_format(arena, "%s%s%s", path, *path ? "." : "", x->key);

            if (i == 1 && json_member(a, x->key))
                continue;
            json_visit_differences(arena, inner, json_member(a, x->key), json_member(b, x->key),
                                   visit, context);
        }
}

struct json_document json_parsed(struct arena *arena, const char *name, const char *text)
{
    struct json_document document;
    struct error err;

    if (json_parse(arena, name, text, strlen(text), &document, &err) < 0)
        fail_msg("%s", err.text);
    return document;
}
