/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled filters on disk, found again by the SHA-256 of the whole profile.
 */
#ifndef AGENTRUN_FILTER_CACHE_H
#define AGENTRUN_FILTER_CACHE_H

#include "agentrun/filter/filter.h"

/* The program for `profile`: from the directory `.seccomp` below root_fd (the runtime's own root
 * directory, borrowed) when it is there and whole, otherwise compiled and stored. A directory or
 * file that is not ours alone (owner, mode, size, checksum) is not used but replaced; a cache that
 * cannot be written is no error. Without root_fd (-1) nothing is looked up or stored. */
int filter_cache_get(struct arena *arena, int root_fd, const struct filter_profile *profile,
                     struct filter_program *out_program, struct error *err);

#endif
