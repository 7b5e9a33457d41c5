/* SPDX-License-Identifier: Apache-2.0
 *
 * "At most as permissive", for what the control group limits; see order_process.h. Absent, zero
 * and negative limits are no limits.
 */
#ifndef AGENTRUN_HARDEN_ORDER_RESOURCES_H
#define AGENTRUN_HARDEN_ORDER_RESOURCES_H

#include <stdbool.h>

#include "agentrun/spec/spec.h"

/* Limits: the smaller permits less. */
bool order_memory_limit(const struct spec *enforced, const struct spec *asked);
bool order_memory_reservation(const struct spec *enforced, const struct spec *asked);
bool order_memory_swap(const struct spec *enforced, const struct spec *asked);
bool order_swappiness(const struct spec *enforced, const struct spec *asked);
bool order_oom_killer(const struct spec *enforced, const struct spec *asked);
bool order_pids(const struct spec *enforced, const struct spec *asked);

/* Shares and weights: the smaller is favoured less. */
bool order_cpu_shares(const struct spec *enforced, const struct spec *asked);
bool order_block_io_weight(const struct spec *enforced, const struct spec *asked);

/* The quota in relation to its period. */
bool order_cpu_quota(const struct spec *enforced, const struct spec *asked);
bool order_cpu_burst(const struct spec *enforced, const struct spec *asked);

/* Each size that was asked for has a limit, and none above it. */
bool order_hugepages(const struct spec *enforced, const struct spec *asked);

/* Only files that were asked for are written. */
bool order_unified(const struct spec *enforced, const struct spec *asked);

/* Character devices with the numbers of the standard ones, and nothing else. */
bool order_device_rules(const struct spec *enforced, const struct spec *asked);

#endif
