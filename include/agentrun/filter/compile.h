/* SPDX-License-Identifier: Apache-2.0
 *
 * Profile → BPF.
 */
#ifndef AGENTRUN_FILTER_COMPILE_H
#define AGENTRUN_FILTER_COMPILE_H

#include "agentrun/filter/filter.h"

/* Translate a profile to the shortest program we know how to write: ranges of numbers with the
 * same verdict, searched as a balanced tree, argument tests behind them. The verdict is that of
 * libseccomp's own program, as runc and crun use it, for every architecture, number and argument,
 * with these differences:
 * - Calls newer than any that the profile names get ENOSYS instead of the default action, unless
 *   that lets calls pass (ALLOW, LOG, TRACE), so that C libraries fall back. runc has the same
 * rule.
 * - Calls newer than libseccomp are known by our own table. Names that neither knows are skipped.
 * - Where rules for one call compare an argument with <, <=, > or >= in several ways, libseccomp
 *   2.5 mixes them up; ours mean what they say.
 * - Architectures that the kernel of this machine never reports are left out.
 * The instructions belong to the arena. Errors: -EEXIST for two rules with the same conditions and
 * different actions, -EINVAL for an argument that calls do not have, -E2BIG for a program of more
 * than FILTER_MAX_INSTRUCTIONS and for a profile that no sane program can come from. */
int filter_compile(struct arena *arena, const struct filter_profile *profile,
                   struct filter_program *out_program, struct error *err);

#endif
