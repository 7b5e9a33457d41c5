/* SPDX-License-Identifier: Apache-2.0
 *
 * start: let the program of a created container run.
 */
#ifndef AGENTRUN_COMMAND_START_H
#define AGENTRUN_COMMAND_START_H

#include "agentrun/command/command.h"

extern const struct command command_start;

#endif
