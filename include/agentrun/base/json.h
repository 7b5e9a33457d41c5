/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON documents as trees in an arena. With json_writer.h the only user of yajl.
 *
 * Input is hostile: size, depth, string length and number of members are bounded, a key that
 * stands twice in one object and a NUL inside a string are errors, and every value knows its place.
 */
#ifndef AGENTRUN_BASE_JSON_H
#define AGENTRUN_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/error.h"

#define JSON_MAX_BYTES        ((size_t)4 * 1024 * 1024)
#define JSON_MAX_DEPTH        64
#define JSON_MAX_STRING_BYTES ((size_t)1024 * 1024)
#define JSON_MAX_MEMBERS      65536  /* of one object or array */
#define JSON_MAX_VALUES       131072 /* in all: a tree is many times larger than its text */

enum json_type {
    JSON_NULL,
    JSON_BOOLEAN,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json {
    enum json_type type;
    uint32_t start, end; /* byte offsets of the value in the text, end exclusive */
    uint32_t n_children;
    const char *key; /* NULL unless member of an object */
    union {
        bool boolean;
        const char *string; /* JSON_STRING: decoded; JSON_NUMBER: the digits as written */
        struct json *first; /* JSON_ARRAY, JSON_OBJECT */
    };
    struct json *next; /* sibling */
};

struct json_document {
    const char *name; /* of the file, for messages */
    const char *text; /* borrowed; needed for positions */
    size_t n_bytes;
    const struct json *root;
};

/* Parse the n_bytes at `text`, which must stay as long as the document is used. `name` goes into
 * messages: "config.json:12:7: what is wrong". Errors are of kind ERROR_SPEC: -EINVAL for what is
 * not JSON, -E2BIG for a limit, -EEXIST for a key that stands twice. RFC 8259. */
int json_parse(struct arena *arena, const char *name, const char *text, size_t n_bytes,
               struct json_document *out_document, struct error *err);

/* The member `key` of an object; NULL if `object` is NULL, is no object, or has no such member. */
const struct json *json_member(const struct json *object, const char *key);

/* The value at a path such as "process.rlimits[2].soft" or linux.sysctl["net.core.somaxconn"], or
 * the deepest one on the way that exists; NULL only for a document without root. */
const struct json *json_at(const struct json_document *document, const char *path);

/* Set an error of kind ERROR_SPEC at the place of `value` (NULL: the whole document):
 * "NAME:LINE:COLUMN: <path>: <text>". An empty path is left out. Returns -errnum. */
__attribute__((format(printf, 6, 7), cold)) int json_error(const struct json_document *document,
                                                           const struct json *value, int errnum,
                                                           const char *path, struct error *err,
                                                           const char *format, ...);

/* What a type is called in messages: "an object", "a string" … */
const char *json_type_name(enum json_type type);

#endif
