/* SPDX-License-Identifier: Apache-2.0
 *
 * delete: remove what a container has left, or the container.
 */
#ifndef AGENTRUN_COMMAND_DELETE_H
#define AGENTRUN_COMMAND_DELETE_H

#include "agentrun/command/command.h"

extern const struct command command_delete;

#endif
