/* SPDX-License-Identifier: Apache-2.0
 *
 * Resource limits of the calling process. getrlimit(2)
 */
#ifndef AGENTRUN_LINUX_RLIMIT_H
#define AGENTRUN_LINUX_RLIMIT_H

#include <stdint.h>

#include "agentrun/base/error.h"

/* Set both limits of `resource` (RLIMIT_…; values in its own unit, RLIM64_INFINITY: none). Where
 * the caller may not raise the hard limit, the present one stays, and the soft limit is cut to it:
 * a caller without CAP_SYS_RESOURCE gets no more than it has, and no error. */
int rlimit_apply(int resource, uint64_t soft, uint64_t hard, struct error *err);

#endif
