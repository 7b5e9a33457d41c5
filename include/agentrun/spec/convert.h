/* SPDX-License-Identifier: Apache-2.0
 *
 * Members whose form in JSON is not the form in the structure.
 */
#ifndef AGENTRUN_SPEC_CONVERT_H
#define AGENTRUN_SPEC_CONVERT_H

#include "agentrun/spec/schema.h"

/* The number of a capability by its name ("CAP_CHOWN"), -1 when there is none. */
int spec_capability_number(const char *name);

/* Array of names ("CAP_CHOWN") ↔ struct spec_capability_set in struct spec_capabilities, by the
 * names of libcap-ng. Names that it does not know are collected in unknown_names, and written
 * behind the known ones of the first set that is there. */
extern const struct schema_conversion convert_capabilities;

/* Array of objects with type and path ↔ struct spec_namespace by kind in struct spec_linux. */
extern const struct schema_conversion convert_namespaces;

#endif
