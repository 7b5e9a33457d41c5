/* SPDX-License-Identifier: Apache-2.0
 *
 * The network namespace that the program lives in: loopback and nothing else. network_namespaces(7)
 */
#ifndef AGENTRUN_LINUX_NETWORK_H
#define AGENTRUN_LINUX_NETWORK_H

#include "agentrun/base/error.h"

/* Bring the loopback link of the present network namespace up. If out_namespace_fd is not NULL it
 * becomes a descriptor of that namespace (the caller closes it), taken from the same socket, so
 * that no /proc is needed. Needs CAP_NET_ADMIN over the namespace. netdevice(7) */
int network_bring_up_loopback(int *out_namespace_fd, struct error *err);

/* Make sure that nothing leads out of the present network namespace: exactly one loopback link, and
 * no route of any family and table to anything but 127.0.0.0/8 and ::1. Some kernel modules put an
 * unused tunnel link into every new namespace; those are accepted as long as they are down. A
 * violation is -EPERM, and what cannot be read is an error too. rtnetlink(7) */
int network_check_isolated(struct error *err);

#endif
