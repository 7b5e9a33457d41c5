/* SPDX-License-Identifier: Apache-2.0
 *
 * The container's /dev: filled while it is detached, through its own descriptor, so that no link of
 * an image can lead a node elsewhere (CVE-2026-41579).
 */
#ifndef AGENTRUN_CONTAINER_DEV_H
#define AGENTRUN_CONTAINER_DEV_H

#include "agentrun/plan/plan.h"

/* Make directories, links and device nodes in the detached tmpfs dev_fd. *out_null_fd becomes an
 * O_PATH descriptor of its null device, or stays -1 when nodes cannot be made (a user namespace):
 * then empty files stand in their place. */
int dev_populate(const struct plan *plan, int dev_fd, int *out_null_fd, struct error *err);

/* Bind the host's devices over those files; each is checked to be the device it should be. */
int dev_bind_nodes(const struct plan *plan, int dev_fd, int *out_null_fd, struct error *err);

#endif
