/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/convert.h"

#include <string.h>

#include "agentrun/spec/capability_names.h"
#include "agentrun/spec/decoder.h"
#include "agentrun/spec/spec.h"

/* --- capabilities -------------------------------------------------------------------------- */

#define N_CAPABILITY_NUMBERS 64

static int decode_capabilities(struct decoder *decoder, const struct schema_member *member,
                               const struct place *place, void *object)
{
    struct spec_capabilities *capabilities = object;
    struct spec_capability_set *set = (void *)((char *)object + member->offset);
    struct place element = { .outer = place, .value = place->value->first, .is_element = true };

    set->is_set = true;
    for (; element.value; element.value = element.value->next, element.index++) {
        int result = decoder_expect(decoder, &element, JSON_STRING);
        int number;

        if (result < 0)
            return result;
        number = capability_name_number(element.value->string);
        if (number >= 0)
            set->bits |= UINT64_C(1) << number;
        else
            decoder_append(decoder, &capabilities->unknown_names, &capabilities->n_unknown_names,
                           element.value->string);
    }
    return 0;
}

static const struct spec_capability_set *capability_set(const struct schema_member *member,
                                                        const void *object)
{
    return (const void *)((const char *)object + member->offset);
}

static bool capabilities_are_present(const struct schema_member *member, const void *object)
{
    return capability_set(member, object)->is_set;
}

/* Whether no set that is written before this one is there. */
static bool is_first_set(const struct spec_capabilities *capabilities,
                         const struct spec_capability_set *set)
{
    const struct spec_capability_set *const sets[] = {
        &capabilities->bounding,  &capabilities->effective, &capabilities->inheritable,
        &capabilities->permitted, &capabilities->ambient,
    };
    size_t i = 0;

    while (!sets[i]->is_set)
        i++;
    return sets[i] == set;
}

static void encode_capabilities(struct json_writer *writer, const struct schema_member *member,
                                const void *object)
{
    const struct spec_capabilities *capabilities = object;
    const struct spec_capability_set *set = capability_set(member, object);

    json_write_array(writer);
    for (unsigned number = 0; number < N_CAPABILITY_NUMBERS; number++)
        if ((set->bits & UINT64_C(1) << number) && capability_name(number))
            json_write_string(writer, capability_name(number));
    for (size_t i = 0; i < capabilities->n_unknown_names && is_first_set(capabilities, set); i++)
        json_write_string(writer, capabilities->unknown_names[i]);
    json_write_array_end(writer);
}

const struct schema_conversion convert_capabilities = {
    .type = JSON_ARRAY,
    .decode = decode_capabilities,
    .is_present = capabilities_are_present,
    .encode = encode_capabilities,
};

/* --- namespaces ---------------------------------------------------------------------------- */

struct namespace_entry {
    const char *type, *path;
};

static const struct schema_member entry_members[] = {
    { "type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(namespace_entry, type) },
    { "path", SCHEMA_STRING, SCHEMA_ABSOLUTE, SCHEMA_AT(namespace_entry, path) },
};

static const struct schema schema_entry = { SCHEMA_OF(namespace_entry, entry_members) };

/* N_NAMESPACE_KINDS for a name that is none. */
static enum spec_namespace_kind namespace_kind(const char *name)
{
    enum spec_namespace_kind kind = NAMESPACE_MOUNT;

    while (kind < N_NAMESPACE_KINDS && strcmp(name, spec_namespace_name(kind)) != 0)
        kind++;
    return kind;
}

static int decode_namespace(struct decoder *decoder, const struct place *place,
                            struct spec_namespace namespaces[N_NAMESPACE_KINDS])
{
    struct namespace_entry entry = { .type = "" };
    int result = decoder_expect(decoder, place, JSON_OBJECT);
    enum spec_namespace_kind kind;

    if (result == 0)
        result = decoder_object(decoder, &schema_entry, place, &entry);
    if (result < 0)
        return result;
    kind = namespace_kind(entry.type);
    if (kind == N_NAMESPACE_KINDS)
        return decoder_refuse(decoder, place, "type", "unknown namespace %.40s", entry.type);
    if (namespaces[kind].is_set)
        return decoder_refuse(decoder, place, "", "a second entry for the %s namespace",
                              entry.type);
    namespaces[kind] = (struct spec_namespace){ true, entry.path };
    return 0;
}

static int decode_namespaces(struct decoder *decoder, const struct schema_member *member,
                             const struct place *place, void *object)
{
    struct spec_namespace *namespaces = (void *)((char *)object + member->offset);
    struct place element = { .outer = place, .value = place->value->first, .is_element = true };
    int result = 0;

    for (; element.value && result == 0; element.value = element.value->next, element.index++)
        result = decode_namespace(decoder, &element, namespaces);
    return result;
}

static bool namespaces_are_present(const struct schema_member *member, const void *object)
{
    const struct spec_namespace *namespaces = (const void *)((const char *)object + member->offset);

    for (size_t kind = 0; kind < N_NAMESPACE_KINDS; kind++)
        if (namespaces[kind].is_set)
            return true;
    return false;
}

static void encode_namespaces(struct json_writer *writer, const struct schema_member *member,
                              const void *object)
{
    const struct spec_namespace *namespaces = (const void *)((const char *)object + member->offset);

    json_write_array(writer);
    for (enum spec_namespace_kind kind = NAMESPACE_MOUNT; kind < N_NAMESPACE_KINDS; kind++) {
        if (!namespaces[kind].is_set)
            continue;
        json_write_object(writer);
        json_write_member_string(writer, "type", spec_namespace_name(kind));
        if (namespaces[kind].path)
            json_write_member_string(writer, "path", namespaces[kind].path);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

const struct schema_conversion convert_namespaces = {
    .type = JSON_ARRAY,
    .decode = decode_namespaces,
    .is_present = namespaces_are_present,
    .encode = encode_namespaces,
};
