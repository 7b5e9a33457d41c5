/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as text. What a path leads to is found out elsewhere, by descriptor.
 */
#ifndef AGENTRUN_PLAN_PATH_H
#define AGENTRUN_PLAN_PATH_H

#include "agentrun/base/arena.h"

/* The same path as seen from the root: one leading slash, no empty or "." component, ".." taken
 * away together with what stands before it and ignored at the root. "a//b/../c/" gives "/a/c". */
char *plan_path_clean(struct arena *arena, const char *path);

/* plan_path_clean(DIRECTORY/PATH). */
char *plan_path_join(struct arena *arena, const char *directory, const char *path);

#endif
