/* SPDX-License-Identifier: Apache-2.0
 *
 * kill: a signal to init, or to every process.
 */
#ifndef AGENTRUN_COMMAND_KILL_H
#define AGENTRUN_COMMAND_KILL_H

#include "agentrun/command/command.h"

extern const struct command command_kill;

#endif
