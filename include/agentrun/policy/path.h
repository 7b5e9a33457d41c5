/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as text: patterns of the policy, and what lies below what. Only for paths that the kernel
 * has resolved already, or that have been cleaned; nothing here looks at a file.
 */
#ifndef AGENTRUN_POLICY_PATH_H
#define AGENTRUN_POLICY_PATH_H

#include <stdbool.h>

/* Does the whole of `text` match? In the pattern, "*" stands for any characters but a slash, a
 * "**" at its beginning for any number of components, "/" and "**" at its end for everything
 * below (not the directory itself), and "$ID" for the container's id. */
bool path_matches(const char *pattern, const char *container_id, const char *text);

/* Is `path` what the pattern names, or below it? The pattern has no "**". */
bool path_matches_within(const char *pattern, const char *container_id, const char *path);

/* Is `path` the same as `directory`, or below it? Both are absolute and clean. */
bool path_is_within(const char *path, const char *directory);

#endif
