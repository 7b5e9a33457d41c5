/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as text, inside of a root. What a path leads to is found out elsewhere, by descriptor.
 */
#ifndef AGENTRUN_BASE_PATH_H
#define AGENTRUN_BASE_PATH_H

#include "agentrun/base/arena.h"

/* The absolute path that `path` means as seen from the root, in the arena: one leading slash, no
 * empty or "." component, ".." taken away together with what stands before it and ignored at the
 * root. A relative path counts from the root. "a//b/../c/" gives "/a/c", "" gives "/". */
char *path_clean(struct arena *arena, const char *path);

/* path_clean(DIRECTORY/PATH). */
char *path_join(struct arena *arena, const char *directory, const char *path);

#endif
