/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint, restore, events: engines ask whether they are there, by calling them or by their
 * --help, and go by the exit code; so nothing but an error may come.
 */
#ifndef AGENTRUN_COMMAND_UNSUPPORTED_H
#define AGENTRUN_COMMAND_UNSUPPORTED_H

#include "agentrun/command/command.h"

extern const struct command command_checkpoint, command_events, command_restore;

#endif
