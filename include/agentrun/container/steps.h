/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of a launch. Their order is the security of the whole, so it stands in one table with
 * the reason for each place: steps.c. launch.c (the parent, P) and init.c (the init process, I)
 * walk through their rows in this order.
 */
#ifndef AGENTRUN_CONTAINER_STEPS_H
#define AGENTRUN_CONTAINER_STEPS_H

enum launch_step {
    STEP_STATE,
    STEP_CGROUP,
    STEP_DETACH,
    STEP_CLONE,
    STEP_ID_MAPS,
    STEP_OWN,
    STEP_HOME,
    STEP_DECOY,
    STEP_MOUNTS,
    STEP_ENTER_CGROUP,
    STEP_HOOKS,
    STEP_PIVOT,
    STEP_IDENTITY,
    STEP_TERMINAL,
    STEP_PROGRAM,
    STEP_CREATED,
    STEP_GATE,
    STEP_START_HOOKS,
    STEP_GO_HOME,
    STEP_DESCRIPTORS,
    STEP_RIGHTS,
    STEP_DENYLIST,
    STEP_ATTEST,
    STEP_CALLER_FILTER,
    STEP_EXEC,
    N_LAUNCH_STEPS,
};

struct step {
    const char *who;  /* "P", "I", "P, I", "start" */
    const char *what; /* leads the text of an error: "enter the cgroups" */
    const char *why;  /* why here and not earlier or later */
};

extern const struct step launch_steps[N_LAUNCH_STEPS];

#endif
