/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/denylist.h"

#if defined(__x86_64__)
#define DENYLIST_WITH_X86_64
#define NATIVE(name) name##_x86_64
#elif defined(__aarch64__)
#define DENYLIST_WITH_AARCH64
#define NATIVE(name) name##_aarch64
#endif

/* Made from denylist.def by mkdenylist, in the build directory: the constants denylist_<name> and
 * enosys_<name> of each architecture that is asked for. */
#include "src/filter/denylist_programs.h"

const struct filter_program *filter_denylist(void)
{
    return &NATIVE(denylist);
}

const struct filter_program *filter_enosys(void)
{
    return &NATIVE(enosys);
}
