/* SPDX-License-Identifier: Apache-2.0
 *
 * --regex of kill and delete: one command for all containers whose id matches.
 */
#ifndef AGENTRUN_COMMAND_MATCHING_H
#define AGENTRUN_COMMAND_MATCHING_H

#include "agentrun/command/command.h"

/* Do `action` for each container whose whole id the extended regular expression `pattern` matches,
 * regex(7). All are tried; the result is the first error. ERROR_USAGE for a wrong expression. */
int matching_for_each(struct command_call *call, const char *pattern,
                      int (*action)(struct command_call *call, const char *id, struct error *err),
                      struct error *err);

#endif
