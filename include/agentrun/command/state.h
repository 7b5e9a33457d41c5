/* SPDX-License-Identifier: Apache-2.0
 *
 * state: what the specification calls the state of the container, as JSON.
 */
#ifndef AGENTRUN_COMMAND_STATE_H
#define AGENTRUN_COMMAND_STATE_H

#include "agentrun/command/command.h"

extern const struct command command_state;

#endif
