/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON documents → struct spec and its parts, driven by the schema table (schema.h).
 */
#ifndef AGENTRUN_SPEC_DECODE_H
#define AGENTRUN_SPEC_DECODE_H

#include "agentrun/spec/spec.h"

/* Decode a config.json. Refuses what the specification forbids (wrong types, numbers out of range,
 * required members that are missing, doubled namespaces and limits, a major version other than 1)
 * as ERROR_SPEC with the place: "config.json:12:7: process.user.uid: expected 0..4294967294, got
 * -1". A member that is null counts as absent; one that the specification does not know is noted in
 * out_spec->unknown_fields. A document without process or args is taken: the plan needs them. The
 * text must live as long as the spec. */
int spec_decode(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                struct spec *out_spec, struct error *err);

/* Decode a `process` object alone (exec --process). out_spec gets has_process, process and what was
 * unknown; everything else stays empty. Paths begin with "process", as in the whole. */
int spec_decode_process(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                        struct spec *out_spec, struct error *err);

/* Decode a `resources` object alone (update --resources) into out_spec->linux.resources. Paths
 * begin with "linux.resources". */
int spec_decode_resources(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                          struct spec *out_spec, struct error *err);

#endif
