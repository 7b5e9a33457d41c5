/* SPDX-License-Identifier: Apache-2.0
 *
 * What every command has in common: the global options, worked out.
 */
#ifndef AGENTRUN_PIPELINE_CONTEXT_H
#define AGENTRUN_PIPELINE_CONTEXT_H

#include <stdbool.h>

#include "agentrun/base/arena.h"
#include "agentrun/base/log.h"

struct context {
    struct arena *arena;
    struct log *log;
    const char *root;        /* directory of the states, absolute: --root */
    const char *policy_file; /* --policy, or the configured place */
    bool systemd_cgroup;     /* --systemd-cgroup */
};

#endif
