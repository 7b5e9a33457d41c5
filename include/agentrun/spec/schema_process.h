/* SPDX-License-Identifier: Apache-2.0
 *
 * The section "Process" of config.md, and the hooks, which are processes too.
 */
#ifndef AGENTRUN_SPEC_SCHEMA_PROCESS_H
#define AGENTRUN_SPEC_SCHEMA_PROCESS_H

#include "agentrun/spec/schema.h"

/* struct spec_process. */
extern const struct schema schema_process;
/* struct spec_hooks. */
extern const struct schema schema_hooks;

#endif
