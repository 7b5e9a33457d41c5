/* SPDX-License-Identifier: Apache-2.0
 *
 * features: what of the specification is supported, as JSON for engines.
 */
#ifndef AGENTRUN_COMMAND_FEATURES_H
#define AGENTRUN_COMMAND_FEATURES_H

#include "agentrun/command/command.h"

extern const struct command command_features;

#endif
