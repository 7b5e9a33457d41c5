/* SPDX-License-Identifier: Apache-2.0
 *
 * list: all containers of the root directory.
 */
#ifndef AGENTRUN_COMMAND_LIST_H
#define AGENTRUN_COMMAND_LIST_H

#include "agentrun/command/command.h"

extern const struct command command_list;

#endif
