/* SPDX-License-Identifier: Apache-2.0
 *
 * The device policy of a v2 group: a program that the kernel asks for each open and mknod.
 * BPF_PROG_TYPE_CGROUP_DEVICE, since Linux 4.15.
 */
#ifndef AGENTRUN_LINUX_DEVICE_BPF_H
#define AGENTRUN_LINUX_DEVICE_BPF_H

#include <linux/bpf.h>
#include <stddef.h>

#include "agentrun/base/error.h"
#include "agentrun/linux/cgroup.h"

/* More rules than any list has; what they become stays below the limit of the oldest kernels. */
#define DEVICE_BPF_MAX_RULES        512
#define DEVICE_BPF_MAX_INSTRUCTIONS 4096

/* Translate the rules: for each kind of access that is asked for, the last rule that matches
 * decides, and all of them have to be allowed. Pure. -E2BIG: too many rules; -EINVAL: a type other
 * than 'a', 'b' and 'c'; -ERANGE: a number that no device has. */
int device_bpf_assemble(const struct cgroup_device_rule *rules, size_t n_rules,
                        struct bpf_insn out_instructions[DEVICE_BPF_MAX_INSTRUCTIONS],
                        size_t *out_n_instructions, struct error *err);

/* Load the program and attach it to the group; then detach all others that the group had. There
 * is no moment in which more is allowed than by the old or the new policy. */
int device_bpf_apply(int directory_fd, const struct cgroup_device_rule *rules, size_t n_rules,
                     struct error *err);

#endif
