/* SPDX-License-Identifier: Apache-2.0
 *
 * What is mounted below a directory: a recursive bind takes it along.
 */
#ifndef AGENTRUN_PIPELINE_GATHER_BELOW_H
#define AGENTRUN_PIPELINE_GATHER_BELOW_H

#include <stddef.h>

#include "agentrun/base/arena.h"

/* The types of the file systems in a text of the form of /proc/self/mountinfo whose mount points
 * lie strictly below `directory`, a resolved path. Strings belong to the arena. proc(5). */
const char *const *gather_below(struct arena *arena, const char *mountinfo, const char *directory,
                                size_t *out_n_types);

#endif
