/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the program in the container, before it is needed: engines tell "there is no such
 * program" from other failures by the words used here, and want them at create.
 */
#ifndef AGENTRUN_CONTAINER_PROGRAM_H
#define AGENTRUN_CONTAINER_PROGRAM_H

#include "agentrun/plan/plan.h"

/* The first candidate that is a regular file which the process' ids may execute. Magic links, such
 * as /proc/self/exe, which would be this runtime's own binary, are refused (CVE-2019-5736).
 * Errors, with the words of runc: `exec: "x": executable file not found in $PATH`,
 * `exec: "/x": stat /x: no such file or directory`, `exec: "/x": permission denied`. */
int program_find(int root_fd, const struct plan_process *process, const char **out_program,
                 struct error *err);

#endif
