/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock: rights that a process takes from itself and all its descendants. landlock(7)
 */
#ifndef AGENTRUN_LINUX_LANDLOCK_H
#define AGENTRUN_LINUX_LANDLOCK_H

#include <stdint.h>

#include "agentrun/base/error.h"

/* Rights over TCP, for handled_access_net. */
#define LANDLOCK_NET_BIND_TCP    ((uint64_t)1 << 0)
#define LANDLOCK_NET_CONNECT_TCP ((uint64_t)1 << 1)
#define LANDLOCK_NET_ABI         4 /* version of the interface that knows them */

/* Boundaries around the process and its descendants, for `scoped`. */
#define LANDLOCK_SCOPED_ABSTRACT_SOCKETS ((uint64_t)1 << 0)
#define LANDLOCK_SCOPED_SIGNALS          ((uint64_t)1 << 1)
#define LANDLOCK_SCOPED_ABI              6

/* Version of the interface of the running kernel; 0: it has no Landlock. */
unsigned landlock_abi(void);

/* Take all of handled_access_net away and set the boundaries of `scoped`. Both are cut to what
 * landlock_abi() knows by the caller; all-zero does nothing. The process has no_new_privs set or
 * CAP_SYS_ADMIN (otherwise -EPERM). The boundaries lie also between two processes that each
 * restrict themselves: the process of an exec then cannot signal those that the container started
 * with. */
int landlock_restrict(uint64_t handled_access_net, uint64_t scoped, struct error *err);

#endif
