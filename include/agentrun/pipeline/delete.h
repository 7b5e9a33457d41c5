/* SPDX-License-Identifier: Apache-2.0
 *
 * delete: who may, when, and in which order; container/remove.c does it.
 */
#ifndef AGENTRUN_PIPELINE_DELETE_H
#define AGENTRUN_PIPELINE_DELETE_H

#include <stdbool.h>

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

/* Remove a stopped or created container; `force`: also a running or half-made one, and none at all
 * is success. Whoever holds the lock of the container is waited for up to 10 s, with `force` 2 s;
 * then a creator that hangs is killed. poststop hooks run last, and only warn. */
int pipeline_delete(struct context *context, const char *id, bool force, struct error *err);

#endif
