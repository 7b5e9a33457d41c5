/* SPDX-License-Identifier: Apache-2.0
 *
 * spec: a config.json to start from.
 */
#ifndef AGENTRUN_COMMAND_SPEC_H
#define AGENTRUN_COMMAND_SPEC_H

#include "agentrun/command/command.h"

extern const struct command command_spec;

#endif
