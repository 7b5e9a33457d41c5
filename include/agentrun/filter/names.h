/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of system calls → numbers. The only user of libseccomp.
 */
#ifndef AGENTRUN_FILTER_NAMES_H
#define AGENTRUN_FILTER_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* On x86, old programs call the socket and System V IPC families through one number each, with the
 * wanted call as the first argument. Then `multiplexer` is that number and `selector` is what
 * stands in the first argument; `number` is the call's own number, -1 when there is none. */
struct names_call {
    int number;
    int multiplexer; /* -1: not one of those calls */
    uint32_t selector;
};

/* The call `name` on `architecture` (as in filter_profile.architectures): false when neither
 * libseccomp nor our own table knows it, or the architecture does not have it. */
bool names_resolve(uint32_t architecture, const char *name, struct names_call *out_call);

#endif
