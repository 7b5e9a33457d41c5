/* SPDX-License-Identifier: Apache-2.0
 *
 * ps: the processes of a container. Engines want their pids as JSON and ask the host's ps(1)
 * themselves.
 */
#ifndef AGENTRUN_COMMAND_PS_H
#define AGENTRUN_COMMAND_PS_H

#include "agentrun/command/command.h"

extern const struct command command_ps;

#endif
