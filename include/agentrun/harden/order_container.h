/* SPDX-License-Identifier: Apache-2.0
 *
 * "At most as permissive", for what the container is made of; see order_process.h.
 */
#ifndef AGENTRUN_HARDEN_ORDER_CONTAINER_H
#define AGENTRUN_HARDEN_ORDER_CONTAINER_H

#include <stdbool.h>

#include "agentrun/spec/spec.h"

/* Read-only stays read-only. */
bool order_root(const struct spec *enforced, const struct spec *asked);

/* No source of the host that was not asked for at this place. */
bool order_mounts(const struct spec *enforced, const struct spec *asked);

/* A mount that was to be read-only, without devices … still is. */
bool order_mount_flags(const struct spec *enforced, const struct spec *asked);

/* No program that was not asked for. All kinds. */
bool order_hooks(const struct spec *enforced, const struct spec *asked);

/* New ones only, where a path was not asked for; none of those that were asked for is missing. */
bool order_namespaces(const struct spec *enforced, const struct spec *asked);

/* As they were asked for, or none. */
bool order_id_maps(const struct spec *enforced, const struct spec *asked);

/* No device that was not asked for. */
bool order_devices(const struct spec *enforced, const struct spec *asked);

/* The same rules; what was to be answered by somebody is denied. */
bool order_seccomp(const struct spec *enforced, const struct spec *asked);
bool order_seccomp_flags(const struct spec *enforced, const struct spec *asked);

/* Nothing is set that was not asked for. */
bool order_sysctls(const struct spec *enforced, const struct spec *asked);

/* Every path that was asked for, and makes sense, is there. */
bool order_masked_paths(const struct spec *enforced, const struct spec *asked);
bool order_readonly_paths(const struct spec *enforced, const struct spec *asked);

/* No section of those that no container of ours gets. */
bool order_sections(const struct spec *enforced, const struct spec *asked);

#endif
