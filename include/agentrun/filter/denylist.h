/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls that no program in a container of ours may make, whatever the caller's profile
 * says. Compiled at build time from the table in denylist.def, one constant program per
 * architecture.
 */
#ifndef AGENTRUN_FILTER_DENYLIST_H
#define AGENTRUN_FILTER_DENYLIST_H

#include "agentrun/filter/filter.h"

/* Our own filter for the native architecture. Installed before any of the caller's. */
const struct filter_program *filter_denylist(void);

/* A small filter that goes last: it answers ENOSYS for the calls that the denylist answers with
 * ENOSYS, since of several filters with an errno the one installed last gives it. */
const struct filter_program *filter_enosys(void);

#endif
