/* SPDX-License-Identifier: Apache-2.0
 *
 * Specs put together at random from what callers ask for: everyday wishes, loosenings, and
 * oddities. The same seed gives the same spec.
 */
#ifndef AGENTRUN_TESTS_UNIT_SPEC_GENERATOR_H
#define AGENTRUN_TESTS_UNIT_SPEC_GENERATOR_H

#include <stdint.h>

#include "agentrun/base/arena.h"

/* The next number of a sequence; *state is any number to begin with. */
uint64_t generator_next(uint64_t *state);

/* The text of a config.json. */
const char *generator_config(struct arena *arena, uint64_t seed);

/* The text of a facts.json for it: harden_support.h. */
const char *generator_facts(struct arena *arena, uint64_t seed);

/* The text of a process.json. */
const char *generator_process(struct arena *arena, uint64_t seed);

/* The text of a resources.json. */
const char *generator_resources(struct arena *arena, uint64_t seed);

#endif
