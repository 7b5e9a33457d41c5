/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/filter/denylist.h"

/* Made from denylist.def by mkdenylist, in the build directory: the constants `denylist` and
 * `enosys` for the architecture that is compiled for. */
#include "src/filter/denylist_programs.h"

const struct filter_program *filter_denylist(void)
{
    return &denylist;
}

const struct filter_program *filter_enosys(void)
{
    return &enosys;
}
