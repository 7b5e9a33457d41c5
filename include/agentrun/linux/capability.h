/* SPDX-License-Identifier: Apache-2.0
 *
 * The five capability sets of the calling thread, as masks: bit N is capability N. Names are known
 * elsewhere. capabilities(7)
 */
#ifndef AGENTRUN_LINUX_CAPABILITY_H
#define AGENTRUN_LINUX_CAPABILITY_H

#include <stdint.h>

#include "agentrun/base/error.h"

/* The highest capability that the running kernel knows. */
int capability_last(void);

/* Take everything that is not in `keep` out of the bounding set. Needs CAP_SETPCAP, so it comes
 * before capability_apply; -EPERM without it, unless there is nothing left to take. Bits above the
 * kernel's last capability mean nothing. */
int capability_drop_bounding(uint64_t keep, struct error *err);

/* Let the permitted set outlive the next change of the user id; the kernel takes it away otherwise.
 * Only needed where the program keeps capabilities. Ends at the exec. */
int capability_keep_permitted(struct error *err);

/* Set the other four sets to exactly these values. `ambient` must be part of `permitted` and of
 * `inheritable`. Nothing is read back: somebody else must look from outside. -EPERM: a set would
 * grow. */
int capability_apply(uint64_t effective, uint64_t permitted, uint64_t inheritable, uint64_t ambient,
                     struct error *err);

#endif
