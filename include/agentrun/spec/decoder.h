/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine that fills structures from JSON by the schema. Used by decode.c, and by the checks and
 * conversions that the schema names.
 */
#ifndef AGENTRUN_SPEC_DECODER_H
#define AGENTRUN_SPEC_DECODER_H

#include "agentrun/spec/schema.h"
#include "agentrun/spec/spec.h"

struct decoder {
    struct arena *arena;
    const struct json_document *document;
    struct spec *spec; /* takes the notes: unknown_fields */
    struct error *err;
};

/* A value and the way to it. Paths become text only when something is wrong. */
struct place {
    const struct place *outer; /* NULL: the document itself */
    const struct json *value;
    bool is_element; /* of an array, at `index`; otherwise a member: see value->key */
    size_t index;
};

/* Fill `out_object`, zeroed, with the members of the JSON object at `place`. null counts as absent;
 * members that the schema does not know are noted. */
int decoder_object(struct decoder *decoder, const struct schema *schema, const struct place *place,
                   void *out_object);

/* Set an error at the place, or at what `suffix` names below it ("env[3]", "" for the place
 * itself). Returns -EINVAL. */
__attribute__((format(printf, 4, 5), cold)) int decoder_refuse(struct decoder *decoder,
                                                               const struct place *place,
                                                               const char *suffix,
                                                               const char *format, ...);

/* The value's type must be `type`; otherwise an error: "expected an array, got a string". */
int decoder_expect(struct decoder *decoder, const struct place *place, enum json_type type);

/* Append to a list in the arena, which grows by doubling. */
void decoder_append(struct decoder *decoder, const char ***list, size_t *n_list, const char *text);

#endif
