/* SPDX-License-Identifier: Apache-2.0
 *
 * The session keyring. keyrings(7)
 */
#ifndef AGENTRUN_LINUX_KEYRING_H
#define AGENTRUN_LINUX_KEYRING_H

#include "agentrun/base/error.h"

/* Replace the session keyring, which is inherited from the caller with all its keys, by a new and
 * empty one. A kernel without keyrings is no error. keyctl(2) */
int keyring_join_new(struct error *err);

#endif
