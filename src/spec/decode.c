/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents: text → JSON tree → struct spec. A document that holds one section only is put under
 * the names that it has in the whole, so that every path in a message means the same in all of
 * them.
 */
#include "agentrun/spec/decode.h"

#include "agentrun/base/scope.h"
#include "agentrun/spec/decoder.h"
#include "agentrun/spec/schema_spec.h"

/* Make the root of the document the only member of a new root. */
static void wrap_root(struct arena *arena, struct json_document *document, const char *key)
{
    struct json *inner = ARENA_NEW(arena, struct json), *outer = ARENA_NEW(arena, struct json);

    *inner = *document->root;
    inner->key = key;
    outer->type = JSON_OBJECT;
    outer->start = inner->start;
    outer->end = inner->end;
    outer->n_children = 1;
    outer->first = inner;
    document->root = outer;
}

static int decode(struct arena *arena, const struct schema *schema,
                  const struct json_document *document, struct spec *out_spec, struct error *err)
{
    struct place root = { .value = document->root };
    struct spec *spec = ARENA_NEW(arena, struct spec);
    struct decoder decoder = { arena, document, spec, err };
    int result = decoder_expect(&decoder, &root, JSON_OBJECT);

    if (result == 0)
        result = decoder_object(&decoder, schema, &root, spec);
    if (result < 0)
        return result;
    spec->document = document;
    *out_spec = *spec;
    return 0;
}

int spec_decode(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                struct spec *out_spec, struct error *err)
{
    struct json_document *document = ARENA_NEW(arena, struct json_document);
    int result = json_parse(arena, name, text, n_bytes, document, err);

    if (result < 0)
        return result;
    return decode(arena, &schema_spec, document, out_spec, err);
}

int spec_decode_process(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                        struct spec *out_spec, struct error *err)
{
    struct json_document *document = ARENA_NEW(arena, struct json_document);
    int result = json_parse(arena, name, text, n_bytes, document, err);

    if (result < 0)
        return result;
    wrap_root(arena, document, "process");
    return decode(arena, &schema_process_alone, document, out_spec, err);
}

int spec_decode_resources(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                          struct spec *out_spec, struct error *err)
{
    struct json_document *document = ARENA_NEW(arena, struct json_document);
    int result = json_parse(arena, name, text, n_bytes, document, err);

    if (result < 0)
        return result;
    wrap_root(arena, document, "resources");
    wrap_root(arena, document, "linux");
    return decode(arena, &schema_resources_alone, document, out_spec, err);
}
