/* SPDX-License-Identifier: Apache-2.0
 *
 * pause and resume.
 */
#ifndef AGENTRUN_COMMAND_PAUSE_H
#define AGENTRUN_COMMAND_PAUSE_H

#include "agentrun/command/command.h"

extern const struct command command_pause, command_resume;

#endif
