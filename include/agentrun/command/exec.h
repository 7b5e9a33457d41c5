/* SPDX-License-Identifier: Apache-2.0
 *
 * exec: one more process in a container.
 */
#ifndef AGENTRUN_COMMAND_EXEC_H
#define AGENTRUN_COMMAND_EXEC_H

#include "agentrun/command/command.h"

extern const struct command command_exec;

#endif
