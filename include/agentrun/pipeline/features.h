/* SPDX-License-Identifier: Apache-2.0
 *
 * What of the specification is supported: its features.md.
 */
#ifndef AGENTRUN_PIPELINE_FEATURES_H
#define AGENTRUN_PIPELINE_FEATURES_H

#include "agentrun/base/json_writer.h"

/* Write the features structure. Nothing is claimed that does not work: an engine that believes in
 * `rro` leaves other safeguards out. */
void pipeline_features(struct json_writer *writer);

#endif
