/* SPDX-License-Identifier: Apache-2.0
 *
 * The first steps of every process that we make for a container, before it joins anything.
 */
#ifndef AGENTRUN_CONTAINER_OWN_PROCESS_H
#define AGENTRUN_CONTAINER_OWN_PROCESS_H

#include <stdbool.h>

#include "agentrun/base/error.h"

/* Set this process apart: it dies with its parent, cannot be traced or read by processes of the
 * container, leads a session of its own, and has an empty keyring if asked. prctl(2), setsid(2) */
int own_process_become(bool new_keyring, struct error *err);

#endif
