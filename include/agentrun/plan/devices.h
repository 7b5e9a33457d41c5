/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands in /dev: nodes, links and directories; and which devices the control group lets the
 * container open.
 */
#ifndef AGENTRUN_PLAN_DEVICES_H
#define AGENTRUN_PLAN_DEVICES_H

#include "agentrun/plan/plan.h"
#include "agentrun/spec/spec.h"

/* Fill devices, links and dev_directories of the plan: linux.devices plus the default devices of
 * the specification that it does not name. Errors: ERROR_SPEC for a path outside of /dev. */
int devices_build(struct arena *arena, const struct spec *spec, struct plan *plan,
                  struct error *err);

/* Fill the device rules: linux.resources.devices from the last "deny all" on, plus the default
 * devices where no rule names them. */
void devices_build_rules(struct arena *arena, const struct spec *spec, struct plan_cgroup *cgroup);

#endif
