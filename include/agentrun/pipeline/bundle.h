/* SPDX-License-Identifier: Apache-2.0
 *
 * A bundle to start from.
 */
#ifndef AGENTRUN_PIPELINE_BUNDLE_H
#define AGENTRUN_PIPELINE_BUNDLE_H

#include <stdbool.h>

#include "agentrun/base/error.h"
#include "agentrun/pipeline/context.h"

/* Write an example config.json into the directory `bundle`; -EEXIST if there is one already.
 * `rootless`: with a user namespace that maps the caller to root. */
int pipeline_write_bundle(struct context *context, const char *bundle, bool rootless,
                          struct error *err);

#endif
