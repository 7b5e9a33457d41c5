/* SPDX-License-Identifier: Apache-2.0
 *
 * Protection of the file that this program was started from. A process of a container can reach it
 * as /proc/PID/exe of the runtime process that enters the container, and overwrite it for the next
 * start on the host (CVE-2019-5736).
 */
#ifndef AGENTRUN_LINUX_SELF_BINARY_H
#define AGENTRUN_LINUX_SELF_BINARY_H

#include <stdbool.h>
#include <sys/types.h>

#include "agentrun/base/error.h"

/* Whether a process with this user id of the host could write the file: root, its owner, and
 * everybody when its mode or an access list lets others than the owner write. True when it cannot
 * be told. */
bool self_binary_is_writable_by(uid_t uid);

/* Make sure that this program runs from something that nobody can write. Returns 0 when it does so
 * already, as the kernel tells: a read-only mount or a sealed file. Otherwise executes itself with
 * `argv` and `envp` from a read-only detached mount of the file, or from a sealed copy where that
 * is refused, and returns only on failure. Called before anything else was opened or started. */
int self_binary_protect(char *const argv[], char *const envp[], struct error *err);

#endif
