/* SPDX-License-Identifier: Apache-2.0
 *
 * What an exec asks for, as a spec: read from the caller's file, or made of the options and the
 * process of the container.
 */
#ifndef AGENTRUN_PIPELINE_EXEC_REQUEST_H
#define AGENTRUN_PIPELINE_EXEC_REQUEST_H

#include "agentrun/pipeline/exec.h"
#include "agentrun/spec/spec.h"

/* out_spec gets a process and nothing else. --process FILE is the whole process and not merged with
 * the container's; otherwise the container's is taken and the options change it. */
int exec_request_spec(struct arena *arena, const struct exec_request *request,
                      const struct spec *snapshot, struct spec *out_spec, struct error *err);

#endif
