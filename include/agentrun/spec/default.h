/* SPDX-License-Identifier: Apache-2.0
 *
 * The document that the command `spec` writes as a start for a bundle made by hand.
 */
#ifndef AGENTRUN_SPEC_DEFAULT_H
#define AGENTRUN_SPEC_DEFAULT_H

#include "agentrun/spec/spec.h"

/* Fill out_spec, zeroed, with a shell on a terminal, in new namespaces, with the usual mounts and
 * few rights. `rootless`: in a user namespace that maps root to the caller, with the host's network
 * and /sys, since an ordinary user can set up neither. */
void spec_default(struct arena *arena, bool rootless, struct spec *out_spec);

#endif
