/* SPDX-License-Identifier: Apache-2.0
 *
 * The snapshot of a container that exec, update and poststop go by: never the bundle again.
 */
#ifndef AGENTRUN_PIPELINE_SNAPSHOT_H
#define AGENTRUN_PIPELINE_SNAPSHOT_H

#include "agentrun/container/launch.h"
#include "agentrun/harden/harden.h"

/* hardened.json and findings.json of a new container. */
void snapshot_files(struct arena *arena, const struct hardened *hardened,
                    struct launch_file out_files[2]);

/* Read hardened.json back. */
int snapshot_read(struct arena *arena, int state_fd, struct spec *out_spec, struct error *err);

#endif
