/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/encode.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/spec/schema_process.h"
#include "agentrun/spec/schema_resources.h"
#include "agentrun/spec/schema_spec.h"

static void write_object(struct json_writer *writer, const struct schema *schema,
                         const void *object);

static const void *field(const void *object, uint32_t offset)
{
    return (const char *)object + offset;
}

static size_t count_of(const struct schema_member *member, const void *object)
{
    return *(const size_t *)field(object, member->companion);
}

/* --- what is there ------------------------------------------------------------------------- */

static bool list_is_present(const struct schema_member *member, const void *object)
{
    return count_of(member, object) > 0;
}

static bool string_is_present(const struct schema_member *member, const void *object)
{
    return *(const char *const *)field(object, member->offset) != NULL;
}

static bool boolean_is_present(const struct schema_member *member, const void *object)
{
    return *(const bool *)field(object, member->offset);
}

static bool u16_is_present(const struct schema_member *member, const void *object)
{
    return *(const uint16_t *)field(object, member->offset) != 0;
}

static bool u32_is_present(const struct schema_member *member, const void *object)
{
    return *(const uint32_t *)field(object, member->offset) != 0;
}

static bool u64_is_present(const struct schema_member *member, const void *object)
{
    return *(const uint64_t *)field(object, member->offset) != 0;
}

static bool optional_boolean_is_present(const struct schema_member *member, const void *object)
{
    return ((const struct optional_bool *)field(object, member->offset))->is_set;
}

static bool optional_u64_is_present(const struct schema_member *member, const void *object)
{
    return ((const struct optional_u64 *)field(object, member->offset))->is_set;
}

static bool optional_i64_is_present(const struct schema_member *member, const void *object)
{
    return ((const struct optional_i64 *)field(object, member->offset))->is_set;
}

static bool is_present(const struct schema_member *member, const void *object);

static bool object_is_present(const struct schema_member *member, const void *object)
{
    const void *inner = field(object, member->offset);

    if (member->companion)
        return *(const bool *)field(object, member->companion);
    for (size_t i = 0; i < member->object->n_members; i++)
        if (is_present(&member->object->members[i], inner))
            return true;
    return false;
}

static bool foreign_is_present(const struct schema_member *member, const void *object)
{
    const char *const *names = *(const char *const *const *)field(object, member->offset);

    for (size_t i = 0; i < count_of(member, object); i++)
        if (strcmp(names[i], member->name) == 0)
            return true;
    return false;
}

static bool ignored_is_present(const struct schema_member *member, const void *object)
{
    (void)member;
    (void)object;
    return false;
}

/* --- writing, one function a kind ---------------------------------------------------------- */

static void write_string(struct json_writer *writer, const struct schema_member *member,
                         const void *object)
{
    const char *text = *(const char *const *)field(object, member->offset);

    json_write_string(writer, text ? text : "");
}

static void write_boolean(struct json_writer *writer, const struct schema_member *member,
                          const void *object)
{
    json_write_boolean(writer, *(const bool *)field(object, member->offset));
}

static void write_optional_boolean(struct json_writer *writer, const struct schema_member *member,
                                   const void *object)
{
    const struct optional_bool *optional = field(object, member->offset);

    json_write_boolean(writer, optional->value);
}

static void write_u16(struct json_writer *writer, const struct schema_member *member,
                      const void *object)
{
    json_write_unsigned(writer, *(const uint16_t *)field(object, member->offset));
}

static void write_u32(struct json_writer *writer, const struct schema_member *member,
                      const void *object)
{
    json_write_unsigned(writer, *(const uint32_t *)field(object, member->offset));
}

static void write_u64(struct json_writer *writer, const struct schema_member *member,
                      const void *object)
{
    json_write_unsigned(writer, *(const uint64_t *)field(object, member->offset));
}

static void write_i64(struct json_writer *writer, const struct schema_member *member,
                      const void *object)
{
    json_write_signed(writer, *(const int64_t *)field(object, member->offset));
}

static void write_optional_u64(struct json_writer *writer, const struct schema_member *member,
                               const void *object)
{
    const struct optional_u64 *optional = field(object, member->offset);

    json_write_unsigned(writer, optional->value);
}

static void write_optional_i64(struct json_writer *writer, const struct schema_member *member,
                               const void *object)
{
    const struct optional_i64 *optional = field(object, member->offset);

    json_write_signed(writer, optional->value);
}

static void write_strings(struct json_writer *writer, const struct schema_member *member,
                          const void *object)
{
    const char *const *texts = *(const char *const *const *)field(object, member->offset);

    json_write_array(writer);
    for (size_t i = 0; i < count_of(member, object); i++)
        json_write_string(writer, texts[i]);
    json_write_array_end(writer);
}

static void write_ids(struct json_writer *writer, const struct schema_member *member,
                      const void *object)
{
    const uint32_t *ids = *(const uint32_t *const *)field(object, member->offset);

    json_write_array(writer);
    for (size_t i = 0; i < count_of(member, object); i++)
        json_write_unsigned(writer, ids[i]);
    json_write_array_end(writer);
}

static void write_string_map(struct json_writer *writer, const struct schema_member *member,
                             const void *object)
{
    const struct spec_key_value *entries =
        *(const struct spec_key_value *const *)field(object, member->offset);

    json_write_object(writer);
    for (size_t i = 0; i < count_of(member, object); i++)
        json_write_member_string(writer, entries[i].key, entries[i].value);
    json_write_object_end(writer);
}

static void write_inner_object(struct json_writer *writer, const struct schema_member *member,
                               const void *object)
{
    write_object(writer, member->object, field(object, member->offset));
}

static void write_objects(struct json_writer *writer, const struct schema_member *member,
                          const void *object)
{
    const char *element = *(const char *const *)field(object, member->offset);

    json_write_array(writer);
    for (size_t i = 0; i < count_of(member, object); i++, element += member->object->n_bytes)
        write_object(writer, member->object, element);
    json_write_array_end(writer);
}

static void write_object_map(struct json_writer *writer, const struct schema_member *member,
                             const void *object)
{
    const char *element = *(const char *const *)field(object, member->offset);

    json_write_object(writer);
    for (size_t i = 0; i < count_of(member, object); i++, element += member->object->n_bytes) {
        json_write_key(writer, *(const char *const *)(const void *)element);
        write_object(writer, member->object, element);
    }
    json_write_object_end(writer);
}

static void write_empty_object(struct json_writer *writer, const struct schema_member *member,
                               const void *object)
{
    (void)member;
    (void)object;
    json_write_object(writer);
    json_write_object_end(writer);
}

static const struct {
    bool (*is_present)(const struct schema_member *member, const void *object);
    void (*write)(struct json_writer *writer, const struct schema_member *member,
                  const void *object);
} kinds[N_SCHEMA_KINDS] = {
    [SCHEMA_STRING] = { string_is_present, write_string },
    [SCHEMA_BOOLEAN] = { boolean_is_present, write_boolean },
    [SCHEMA_OPTIONAL_BOOLEAN] = { optional_boolean_is_present, write_optional_boolean },
    [SCHEMA_U16] = { u16_is_present, write_u16 },
    [SCHEMA_U32] = { u32_is_present, write_u32 },
    [SCHEMA_U64] = { u64_is_present, write_u64 },
    [SCHEMA_I64] = { u64_is_present, write_i64 },
    [SCHEMA_OPTIONAL_U64] = { optional_u64_is_present, write_optional_u64 },
    [SCHEMA_OPTIONAL_I64] = { optional_i64_is_present, write_optional_i64 },
    [SCHEMA_STRINGS] = { list_is_present, write_strings },
    [SCHEMA_IDS] = { list_is_present, write_ids },
    [SCHEMA_STRING_MAP] = { list_is_present, write_string_map },
    [SCHEMA_OBJECT] = { object_is_present, write_inner_object },
    [SCHEMA_OBJECTS] = { list_is_present, write_objects },
    [SCHEMA_OBJECT_MAP] = { list_is_present, write_object_map },
    [SCHEMA_PRESENCE] = { boolean_is_present, write_empty_object },
    [SCHEMA_FOREIGN] = { foreign_is_present, write_empty_object },
    [SCHEMA_IGNORED] = { ignored_is_present, write_empty_object },
};

/* --- objects ------------------------------------------------------------------------------- */

static bool is_present(const struct schema_member *member, const void *object)
{
    if (member->conversion)
        return member->conversion->is_present(member, object);
    return kinds[member->kind].is_present(member, object);
}

static void write_object(struct json_writer *writer, const struct schema *schema,
                         const void *object)
{
    json_write_object(writer);
    for (size_t i = 0; i < schema->n_members; i++) {
        const struct schema_member *member = &schema->members[i];

        if (!(member->flags & (SCHEMA_REQUIRED | SCHEMA_WRITTEN)) && !is_present(member, object))
            continue;
        json_write_key(writer, member->name);
        if (member->conversion)
            member->conversion->encode(writer, member, object);
        else
            kinds[member->kind].write(writer, member, object);
    }
    json_write_object_end(writer);
}

void spec_encode(struct json_writer *writer, const struct spec *spec)
{
    write_object(writer, &schema_spec, spec);
}

void spec_encode_process(struct json_writer *writer, const struct spec_process *process)
{
    write_object(writer, &schema_process, process);
}

void spec_encode_resources(struct json_writer *writer, const struct spec_resources *resources)
{
    write_object(writer, &schema_resources, resources);
}
