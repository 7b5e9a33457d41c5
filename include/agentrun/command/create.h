/* SPDX-License-Identifier: Apache-2.0
 *
 * create and run: the same request; run waits for the end.
 */
#ifndef AGENTRUN_COMMAND_CREATE_H
#define AGENTRUN_COMMAND_CREATE_H

#include "agentrun/command/command.h"

extern const struct command command_create, command_run;

#endif
