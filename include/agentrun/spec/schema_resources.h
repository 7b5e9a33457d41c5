/* SPDX-License-Identifier: Apache-2.0
 *
 * `linux.resources`, the section "Control groups" of config-linux.md.
 */
#ifndef AGENTRUN_SPEC_SCHEMA_RESOURCES_H
#define AGENTRUN_SPEC_SCHEMA_RESOURCES_H

#include "agentrun/spec/schema.h"

/* struct spec_resources. */
extern const struct schema schema_resources;

#endif
