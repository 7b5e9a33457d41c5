/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel would answer: an interpreter for the subset of classic BPF that seccomp takes.
 */
#ifndef AGENTRUN_FILTER_SIMULATE_H
#define AGENTRUN_FILTER_SIMULATE_H

#include <linux/seccomp.h>

#include "agentrun/filter/filter.h"

/* Run the program on one system call; the action with its data goes to *out_action. Errors:
 * -EINVAL for a program that the kernel would not have taken. */
int filter_simulate(const struct filter_program *program, const struct seccomp_data *data,
                    uint32_t *out_action, struct error *err);

#endif
