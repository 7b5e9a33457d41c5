/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of src/filter share: profiles from JSON, and libseccomp as the oracle.
 */
#ifndef TEST_FILTER_SUPPORT_H
#define TEST_FILTER_SUPPORT_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "agentrun/base/json.h"
#include "agentrun/filter/filter.h"

#define SUPPORT_NATIVE filter_native_architecture()
#define SUPPORT_X32    (AUDIT_ARCH_X86_64 | FILTER_X32)

/* The document tests/unit/data/<name>. Fails the test when it is not there. */
const struct json *support_load_json(struct arena *arena, const char *name);

/* The profile that is an object of the form of "linux.seccomp" in the specification. */
struct filter_profile support_profile_of(struct arena *arena, const struct json *object);

/* Both: the profile that is the file. */
struct filter_profile support_load_profile(struct arena *arena, const char *name);

/* What runc and crun make of the profile with libseccomp. -errno of libseccomp when it refuses. */
int support_oracle(struct arena *arena, const struct filter_profile *profile,
                   struct filter_program *out_program);

/* The action for one call. */
uint32_t support_verdict(const struct filter_program *program, uint32_t architecture,
                         uint32_t number, const uint64_t arguments[6]);

#endif
