/* SPDX-License-Identifier: Apache-2.0
 *
 * What a descriptor that somebody calls a namespace is. namespaces(7), ioctl_ns(2)
 */
#ifndef AGENTRUN_LINUX_NAMESPACE_H
#define AGENTRUN_LINUX_NAMESPACE_H

#include <stdbool.h>

#include "agentrun/base/error.h"

/* The kind of the namespace at `fd` as its CLONE_NEW… flag. -EINVAL when it is no namespace. */
int namespace_kind_of(int fd, int *out_clone_flag, struct error *err);

/* Whether `fd` is the namespace that the calling process is in; proc_name is its file below
 * /proc/self/ns: "net", "mnt" … */
int namespace_is_own(int fd, const char *proc_name, bool *out_is_own, struct error *err);

#endif
