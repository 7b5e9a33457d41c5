/* SPDX-License-Identifier: Apache-2.0
 *
 * An update's resources put into those that hold so far.
 */
#ifndef AGENTRUN_PIPELINE_MERGE_H
#define AGENTRUN_PIPELINE_MERGE_H

#include "agentrun/spec/spec.h"

/* Take over what `update` sets. Absent values, zeros and empty lists leave `resources` as they are.
 * Device rules are never taken over. Texts and lists are shared with `update`. */
void merge_resources(struct spec_resources *resources, const struct spec_resources *update);

#endif
