/* SPDX-License-Identifier: Apache-2.0
 *
 * config-linux.md without the resources.
 */
#ifndef AGENTRUN_SPEC_SCHEMA_LINUX_H
#define AGENTRUN_SPEC_SCHEMA_LINUX_H

#include "agentrun/spec/schema.h"

/* struct spec_linux. */
extern const struct schema schema_linux;

#endif
