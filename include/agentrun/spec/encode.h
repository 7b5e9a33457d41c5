/* SPDX-License-Identifier: Apache-2.0
 *
 * struct spec → JSON, by the same schema table as decode.h: decode(encode(s)) equals s.
 */
#ifndef AGENTRUN_SPEC_ENCODE_H
#define AGENTRUN_SPEC_ENCODE_H

#include "agentrun/base/json_writer.h"
#include "agentrun/spec/spec.h"

/* Write the spec as one JSON value. What is absent or empty is left out. */
void spec_encode(struct json_writer *writer, const struct spec *spec);

/* Write process, or resources, alone. */
void spec_encode_process(struct json_writer *writer, const struct spec_process *process);
void spec_encode_resources(struct json_writer *writer, const struct spec_resources *resources);

#endif
