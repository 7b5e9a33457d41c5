/* SPDX-License-Identifier: Apache-2.0
 *
 * start: the gate opens.
 */
#ifndef AGENTRUN_PIPELINE_START_H
#define AGENTRUN_PIPELINE_START_H

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

/* Open the gate and wait until the program runs; its failure to do so is the error. */
int pipeline_start(struct context *context, const char *id, struct error *err);

#endif
