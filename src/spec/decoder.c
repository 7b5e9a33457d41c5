/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/decoder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"

/* --- places -------------------------------------------------------------------------------- */

static bool is_plain_key(const char *key)
{
    return *key != '\0' && strpbrk(key, ".[]\"") == NULL;
}

/* "process.rlimits[2]", "linux.sysctl[\"net.ipv4.ip_forward\"]": as json_at reads it. */
static const char *path_of(struct arena *arena, const struct place *place)
{
    const char *outer;

    if (!place->outer)
        return "";
    outer = path_of(arena, place->outer);
    if (place->is_element)
        return arena_format(arena, "%s[%zu]", outer, place->index);
    if (!is_plain_key(place->value->key))
        return arena_format(arena, "%s[\"%.200s\"]", outer, place->value->key);
    return arena_format(arena, "%s%s%.200s", outer, *outer ? "." : "", place->value->key);
}

int decoder_refuse(struct decoder *decoder, const struct place *place, const char *suffix,
                   const char *format, ...)
{
    const char *path = path_of(decoder->arena, place);
    const struct json *value = place->value;
    char text[ERROR_TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (*suffix) {
        path = arena_format(decoder->arena, "%s%s%s", path, *path ? "." : "", suffix);
        value = json_at(decoder->document, path);
    }
    return json_error(decoder->document, value, EINVAL, path, decoder->err, "%s", text);
}

int decoder_expect(struct decoder *decoder, const struct place *place, enum json_type type)
{
    if (place->value->type == type)
        return 0;
    return decoder_refuse(decoder, place, "", "expected %s, got %s", json_type_name(type),
                          json_type_name(place->value->type));
}

/* --- lists --------------------------------------------------------------------------------- */

void decoder_append(struct decoder *decoder, const char ***list, size_t *n_list, const char *text)
{
    size_t n = *n_list;

    /* The room is always the next power of two, at least 4. */
    if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
        const char **grown = ARENA_NEW_ARRAY(decoder->arena, const char *, n ? n * 2 : 4);

        if (n > 0)
            memcpy(grown, *list, n * sizeof *grown);
        *list = grown;
    }
    (*list)[n] = text;
    *n_list = n + 1;
}

static void *field(void *object, uint32_t offset)
{
    return (char *)object + offset;
}

/* Make room for one element a child of the value and hang it into the structure. */
static void *new_list(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object, size_t element_bytes)
{
    size_t n_elements = place->value->n_children;
    void *list =
        place->value->first ? arena_alloc_array(decoder->arena, n_elements, element_bytes) : NULL;

    *(void **)field(object, member->offset) = list;
    *(size_t *)field(object, member->companion) = n_elements;
    return list;
}

/* --- one function a kind ------------------------------------------------------------------- */

static int decode_string(struct decoder *decoder, const struct schema_member *member,
                         const struct place *place, void *object)
{
    const char *text = place->value->string;

    if (*text == '\0') {
        if (member->flags & SCHEMA_REQUIRED)
            return decoder_refuse(decoder, place, "", "is empty");
        return 0;
    }
    if (member->flags & SCHEMA_ABSOLUTE && *text != '/')
        return decoder_refuse(decoder, place, "", "expected an absolute path, got %.200s", text);
    *(const char **)field(object, member->offset) = text;
    return 0;
}

static int decode_boolean(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, void *object)
{
    (void)decoder;
    *(bool *)field(object, member->offset) = place->value->boolean;
    return 0;
}

static int decode_optional_boolean(struct decoder *decoder, const struct schema_member *member,
                                   const struct place *place, void *object)
{
    (void)decoder;
    *(struct optional_bool *)field(object, member->offset) =
        (struct optional_bool){ true, place->value->boolean };
    return 0;
}

static int parse_unsigned(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, uint64_t *out_value)
{
    struct error *err = decoder->err;

    if (number_parse_unsigned(place->value->string, (uint64_t)member->minimum, member->maximum,
                              out_value, err) < 0)
        return decoder_refuse(decoder, place, "", "%s", err->text);
    return 0;
}

static int parse_signed(struct decoder *decoder, const struct schema_member *member,
                        const struct place *place, int64_t *out_value)
{
    struct error *err = decoder->err;

    if (number_parse_signed(place->value->string, member->minimum, (int64_t)member->maximum,
                            out_value, err) < 0)
        return decoder_refuse(decoder, place, "", "%s", err->text);
    return 0;
}

static int decode_u16(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object)
{
    uint64_t value;
    int result = parse_unsigned(decoder, member, place, &value);

    if (result == 0)
        *(uint16_t *)field(object, member->offset) = (uint16_t)value;
    return result;
}

static int decode_u32(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object)
{
    uint64_t value;
    int result = parse_unsigned(decoder, member, place, &value);

    if (result == 0)
        *(uint32_t *)field(object, member->offset) = (uint32_t)value;
    return result;
}

static int decode_u64(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object)
{
    return parse_unsigned(decoder, member, place, field(object, member->offset));
}

static int decode_i64(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object)
{
    return parse_signed(decoder, member, place, field(object, member->offset));
}

static int decode_optional_u64(struct decoder *decoder, const struct schema_member *member,
                               const struct place *place, void *object)
{
    struct optional_u64 *optional = field(object, member->offset);

    optional->is_set = true;
    return parse_unsigned(decoder, member, place, &optional->value);
}

static int decode_optional_i64(struct decoder *decoder, const struct schema_member *member,
                               const struct place *place, void *object)
{
    struct optional_i64 *optional = field(object, member->offset);

    optional->is_set = true;
    return parse_signed(decoder, member, place, &optional->value);
}

static int decode_strings(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, void *object)
{
    const char **texts = new_list(decoder, member, place, object, sizeof *texts);
    struct place element = { .outer = place, .value = place->value->first, .is_element = true };

    for (; element.value; element.value = element.value->next) {
        int result = decoder_expect(decoder, &element, JSON_STRING);

        if (result < 0)
            return result;
        texts[element.index++] = element.value->string;
    }
    return 0;
}

static int decode_ids(struct decoder *decoder, const struct schema_member *member,
                      const struct place *place, void *object)
{
    uint32_t *ids = new_list(decoder, member, place, object, sizeof *ids);
    struct place element = { .outer = place, .value = place->value->first, .is_element = true };

    for (; element.value; element.value = element.value->next) {
        int result = decoder_expect(decoder, &element, JSON_NUMBER);
        uint64_t value = 0;

        if (result == 0)
            result = parse_unsigned(decoder, member, &element, &value);
        if (result < 0)
            return result;
        ids[element.index++] = (uint32_t)value;
    }
    return 0;
}

static int decode_string_map(struct decoder *decoder, const struct schema_member *member,
                             const struct place *place, void *object)
{
    struct spec_key_value *entry = new_list(decoder, member, place, object, sizeof *entry);
    struct place element = { .outer = place, .value = place->value->first };

    for (; element.value; element.value = element.value->next) {
        int result = decoder_expect(decoder, &element, JSON_STRING);

        if (result < 0)
            return result;
        *entry++ = (struct spec_key_value){ element.value->key, element.value->string };
    }
    return 0;
}

static int decode_object(struct decoder *decoder, const struct schema_member *member,
                         const struct place *place, void *object)
{
    if (member->companion)
        *(bool *)field(object, member->companion) = true;
    return decoder_object(decoder, member->object, place, field(object, member->offset));
}

static int decode_elements(struct decoder *decoder, const struct schema_member *member,
                           const struct place *place, void *object, bool is_map)
{
    char *next = new_list(decoder, member, place, object, member->object->n_bytes);
    struct place element = { .outer = place, .value = place->value->first, .is_element = !is_map };

    for (; element.value; element.value = element.value->next) {
        int result = decoder_expect(decoder, &element, JSON_OBJECT);

        if (result < 0)
            return result;
        if (is_map)
            *(const char **)next = element.value->key;
        result = decoder_object(decoder, member->object, &element, next);
        if (result < 0)
            return result;
        next += member->object->n_bytes;
        element.index++;
    }
    return 0;
}

static int decode_objects(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, void *object)
{
    return decode_elements(decoder, member, place, object, false);
}

static int decode_object_map(struct decoder *decoder, const struct schema_member *member,
                             const struct place *place, void *object)
{
    return decode_elements(decoder, member, place, object, true);
}

static int decode_presence(struct decoder *decoder, const struct schema_member *member,
                           const struct place *place, void *object)
{
    (void)decoder;
    (void)place;
    *(bool *)field(object, member->offset) = true;
    return 0;
}

static int decode_foreign(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, void *object)
{
    (void)place;
    decoder_append(decoder, field(object, member->offset), field(object, member->companion),
                   member->name);
    return 0;
}

static int decode_ignored(struct decoder *decoder, const struct schema_member *member,
                          const struct place *place, void *object)
{
    (void)decoder;
    (void)member;
    (void)place;
    (void)object;
    return 0;
}

static const struct {
    enum json_type type; /* JSON_NULL: any */
    int (*decode)(struct decoder *decoder, const struct schema_member *member,
                  const struct place *place, void *object);
} kinds[N_SCHEMA_KINDS] = {
    [SCHEMA_STRING] = { JSON_STRING, decode_string },
    [SCHEMA_BOOLEAN] = { JSON_BOOLEAN, decode_boolean },
    [SCHEMA_OPTIONAL_BOOLEAN] = { JSON_BOOLEAN, decode_optional_boolean },
    [SCHEMA_U16] = { JSON_NUMBER, decode_u16 },
    [SCHEMA_U32] = { JSON_NUMBER, decode_u32 },
    [SCHEMA_U64] = { JSON_NUMBER, decode_u64 },
    [SCHEMA_I64] = { JSON_NUMBER, decode_i64 },
    [SCHEMA_OPTIONAL_U64] = { JSON_NUMBER, decode_optional_u64 },
    [SCHEMA_OPTIONAL_I64] = { JSON_NUMBER, decode_optional_i64 },
    [SCHEMA_STRINGS] = { JSON_ARRAY, decode_strings },
    [SCHEMA_IDS] = { JSON_ARRAY, decode_ids },
    [SCHEMA_STRING_MAP] = { JSON_OBJECT, decode_string_map },
    [SCHEMA_OBJECT] = { JSON_OBJECT, decode_object },
    [SCHEMA_OBJECTS] = { JSON_ARRAY, decode_objects },
    [SCHEMA_OBJECT_MAP] = { JSON_OBJECT, decode_object_map },
    [SCHEMA_PRESENCE] = { JSON_OBJECT, decode_presence },
    [SCHEMA_FOREIGN] = { JSON_NULL, decode_foreign },
    [SCHEMA_IGNORED] = { JSON_NULL, decode_ignored },
};

/* --- objects ------------------------------------------------------------------------------- */

static int decode_member(struct decoder *decoder, const struct schema_member *member,
                         const struct place *place, void *object)
{
    const struct schema_conversion *conversion = member->conversion;
    enum json_type type = conversion ? conversion->type : kinds[member->kind].type;
    int result = type == JSON_NULL ? 0 : decoder_expect(decoder, place, type);

    if (result < 0)
        return result;
    if (conversion)
        return conversion->decode(decoder, member, place, object);
    return kinds[member->kind].decode(decoder, member, place, object);
}

static int check_required(struct decoder *decoder, const struct schema *schema,
                          const struct place *place, uint64_t seen)
{
    for (size_t i = 0; i < schema->n_members; i++)
        if (schema->members[i].flags & SCHEMA_REQUIRED && !(seen & UINT64_C(1) << i))
            return decoder_refuse(decoder, place, schema->members[i].name, "is missing");
    return 0;
}

int decoder_object(struct decoder *decoder, const struct schema *schema, const struct place *place,
                   void *out_object)
{
    struct place inner = { .outer = place, .value = place->value->first };
    struct spec *spec = decoder->spec;
    uint64_t seen = 0;
    int result;

    for (; inner.value; inner.value = inner.value->next) {
        const struct schema_member *member = schema_find(schema, inner.value->key);

        if (!member) {
            decoder_append(decoder, &spec->unknown_fields, &spec->n_unknown_fields,
                           path_of(decoder->arena, &inner));
            continue;
        }
        if (inner.value->type == JSON_NULL)
            continue;
        seen |= UINT64_C(1) << (member - schema->members);
        result = decode_member(decoder, member, &inner, out_object);
        if (result < 0)
            return result;
    }
    result = check_required(decoder, schema, place, seen);
    if (result == 0 && schema->check)
        result = schema->check(decoder, place, out_object);
    return result;
}
