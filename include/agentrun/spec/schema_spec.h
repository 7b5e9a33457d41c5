/* SPDX-License-Identifier: Apache-2.0
 *
 * The top level of config.md, with root and mounts.
 */
#ifndef AGENTRUN_SPEC_SCHEMA_SPEC_H
#define AGENTRUN_SPEC_SCHEMA_SPEC_H

#include "agentrun/spec/schema.h"

/* struct spec. */
extern const struct schema schema_spec;
/* struct spec of a document that holds one section only, in the same place as in the whole. */
extern const struct schema schema_process_alone;
extern const struct schema schema_resources_alone;
/* struct spec_id_mapping. */
extern const struct schema schema_id_mapping;

#endif
