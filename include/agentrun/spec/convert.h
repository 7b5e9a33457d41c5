/* SPDX-License-Identifier: Apache-2.0
 *
 * Members whose form in JSON is not the form in the structure.
 */
#ifndef AGENTRUN_SPEC_CONVERT_H
#define AGENTRUN_SPEC_CONVERT_H

#include "agentrun/spec/schema.h"

/* Array of names ("CAP_CHOWN") ↔ struct spec_capability_set in struct spec_capabilities. Names
 * that are not known are collected in unknown_names, and written behind the known ones of the first
 * set that is there. */
extern const struct schema_conversion convert_capabilities;

/* Array of objects with type and path ↔ struct spec_namespace by kind in struct spec_linux. */
extern const struct schema_conversion convert_namespaces;

#endif
