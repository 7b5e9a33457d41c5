/* SPDX-License-Identifier: Apache-2.0
 *
 * All families of rules, in the order in which they are applied.
 */
#ifndef AGENTRUN_HARDEN_CATALOG_H
#define AGENTRUN_HARDEN_CATALOG_H

#include "agentrun/harden/rule.h"

/* The families. Namespaces and ids come before mounts, whose id maps depend on them; the
 * environment comes after mounts, since it names directories that must be writable. */
const struct rule_family *const *catalog_families(size_t *out_n_families);

#endif
