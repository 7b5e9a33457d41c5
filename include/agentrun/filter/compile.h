/* SPDX-License-Identifier: Apache-2.0
 *
 * Profile → BPF.
 */
#ifndef AGENTRUN_FILTER_COMPILE_H
#define AGENTRUN_FILTER_COMPILE_H

#include "agentrun/filter/filter.h"

/* Translate a profile to the shortest program we know how to write: ranges of numbers with the
 * same verdict, searched as a balanced tree, argument tests behind them. Its verdict is the same as
 * that of libseccomp's own program for every architecture, number and argument. Names that neither
 * libseccomp nor our own table knows are skipped, as runc and crun do. Calls newer than any that
 * the profile's authors could know get ENOSYS instead of the default action when that is an errno
 * (runc's rule), so that C libraries fall back. The instructions belong to the arena.
 * Errors: -E2BIG for a program of more than FILTER_MAX_INSTRUCTIONS. */
int filter_compile(struct arena *arena, const struct filter_profile *profile,
                   struct filter_program *out_program, struct error *err);

#endif
