/* SPDX-License-Identifier: Apache-2.0
 *
 * update: new limits for a container, within the policy.
 */
#ifndef AGENTRUN_PIPELINE_UPDATE_H
#define AGENTRUN_PIPELINE_UPDATE_H

#include <stddef.h>

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

/* New limits: `text` is the JSON of `resources`, `name` what it is called in messages. The policy
 * bounds them as at create. */
int pipeline_update(struct context *context, const char *id, const char *name, const char *text,
                    size_t n_bytes, struct error *err);

#endif
