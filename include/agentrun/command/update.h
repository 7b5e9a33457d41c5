/* SPDX-License-Identifier: Apache-2.0
 *
 * update: new limits, as the specification's `resources` in a file, or by options that are turned
 * into the same.
 */
#ifndef AGENTRUN_COMMAND_UPDATE_H
#define AGENTRUN_COMMAND_UPDATE_H

#include "agentrun/command/command.h"

extern const struct command command_update;

#endif
