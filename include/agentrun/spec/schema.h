/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema: one table that says for every member of the OCI runtime specification what its name
 * is, what it holds, which range it has, and where it stands in the structures of spec.h. Decoding
 * and encoding are loops over it, so they cannot disagree.
 *
 * The rows stand in schema_<part>.c by topic; the whole document is schema_spec.
 */
#ifndef AGENTRUN_SPEC_SCHEMA_H
#define AGENTRUN_SPEC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/json.h"
#include "agentrun/base/json_writer.h"

struct decoder;
struct place;
struct schema;
struct schema_member;

enum schema_kind {
    SCHEMA_STRING, /* const char *, NULL when absent or empty */
    SCHEMA_BOOLEAN,
    SCHEMA_OPTIONAL_BOOLEAN,
    SCHEMA_U16,
    SCHEMA_U32,
    SCHEMA_U64,
    SCHEMA_I64,
    SCHEMA_OPTIONAL_U64,
    SCHEMA_OPTIONAL_I64,
    SCHEMA_STRINGS,    /* array of strings: const char ** and its count */
    SCHEMA_IDS,        /* array of numbers: uint32_t * and its count */
    SCHEMA_STRING_MAP, /* object of strings: struct spec_key_value * and its count */
    SCHEMA_OBJECT,     /* one `object`; a companion tells whether it was there */
    SCHEMA_OBJECTS,    /* array of `object`s and its count */
    SCHEMA_OBJECT_MAP, /* the same, named: the name goes into the first field, a const char * */
    SCHEMA_CONVERTED,  /* has another form in the structure: see `conversion` */
    SCHEMA_PRESENCE,   /* object whose content we never use: bool */
    SCHEMA_FOREIGN,    /* for another platform: its name goes into a list, and its count */
    SCHEMA_IGNORED,    /* for another platform, within an object of ours */
    N_SCHEMA_KINDS,
};

enum schema_flag {
    SCHEMA_REQUIRED = 1, /* refused when missing or empty; always written */
    SCHEMA_WRITTEN = 2,  /* written even when it is zero or false */
    SCHEMA_ABSOLUTE = 4, /* a path that must start with a slash */
};

/* How a member is read and written whose structure does not follow its JSON. `object` is the
 * structure that the row's offsets count from. */
struct schema_conversion {
    enum json_type type;
    int (*decode)(struct decoder *decoder, const struct schema_member *member,
                  const struct place *place, void *object);
    bool (*is_present)(const struct schema_member *member, const void *object);
    void (*encode)(struct json_writer *writer, const struct schema_member *member,
                   const void *object);
};

struct schema_member {
    const char *name;
    enum schema_kind kind;
    unsigned flags;  /* of enum schema_flag */
    uint32_t offset; /* of the value, in the structure that the schema describes */
    /* Offset of the count of a list, or of the bool that tells that an object was there; 0: an
     * object without such a bool, which is there when anything in it is. */
    uint32_t companion;
    int64_t minimum; /* of numbers, both inclusive */
    uint64_t maximum;
    const struct schema *object;
    const struct schema_conversion *conversion;
};

struct schema {
    size_t n_bytes; /* of the structure */
    const struct schema_member *members;
    size_t n_members; /* at most 64 */
    /* What rows cannot say; called once all members are decoded. NULL: nothing. */
    int (*check)(struct decoder *decoder, const struct place *place, void *object);
};

/* Row parts: where a value is, where a list and its n_… are, where an object and its is_set are. */
#define SCHEMA_AT(type, field) .offset = offsetof(struct type, field)
#define SCHEMA_LIST(type, field)                                                                   \
    .offset = offsetof(struct type, field), .companion = offsetof(struct type, n_##field)
/* NOLINTBEGIN(bugprone-macro-parentheses): a member cannot stand in parentheses. */
#define SCHEMA_SECTION(type, field)                                                                \
    .offset = offsetof(struct type, field), .companion = offsetof(struct type, field.is_set)
/* NOLINTEND(bugprone-macro-parentheses) */
/* An object in JSON whose members lie directly in the structure around it. */
#define SCHEMA_GROUP              .offset = 0
#define SCHEMA_RANGE(least, most) .minimum = (least), .maximum = (most)

/* The greatest user, group or project id: the one above means "no change" to the kernel. */
#define SCHEMA_MAXIMUM_ID (UINT32_MAX - 1)

#define SCHEMA_OF(type, rows)                                                                      \
    .n_bytes = sizeof(struct type), .members = (rows), .n_members = sizeof(rows) / sizeof *(rows)

/* The row called `name`, or NULL. */
const struct schema_member *schema_find(const struct schema *schema, const char *name);

#endif
