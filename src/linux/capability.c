/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/capability.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>

#include "agentrun/base/sys.h"

#define MAX_CAPABILITIES 64

static bool kernel_knows(int capability)
{
    return prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
}

int capability_last(void)
{
    int known = 0, unknown = MAX_CAPABILITIES;

    while (unknown - known > 1) {
        int middle = (known + unknown) / 2;

        if (kernel_knows(middle))
            known = middle;
        else
            unknown = middle;
    }
    return known;
}

int capability_drop_bounding(uint64_t keep, struct error *err)
{
    /* The kernel's EINVAL tells the end, which is cheaper than asking for it first. */
    for (int capability = 0; capability < MAX_CAPABILITIES; capability++) {
        int errnum, present;

        if (keep >> capability & 1)
            continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0)
            continue;
        errnum = errno;
        if (errnum == EINVAL)
            break;
        present = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (present < 0)
            break;
        if (present)
            return error_errno(err, errnum, "capabilities: drop %d from the bounding set",
                               capability);
    }
    return 0;
}

int capability_keep_permitted(struct error *err)
{
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return error_system(err, "capabilities: keep them through the change of ids");
    return 0;
}

static int raise_ambient(uint64_t ambient, struct error *err)
{
    for (int capability = 0; capability < MAX_CAPABILITIES; capability++)
        if ((ambient >> capability & 1) &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
            return error_system(err, "capabilities: raise %d in the ambient set", capability);
    return 0;
}

int capability_apply(uint64_t effective, uint64_t permitted, uint64_t inheritable, uint64_t ambient,
                     struct error *err)
{
    const struct __user_cap_data_struct wanted[2] = {
        { .effective = (uint32_t)effective,
          .permitted = (uint32_t)permitted,
          .inheritable = (uint32_t)inheritable },
        { .effective = (uint32_t)(effective >> 32),
          .permitted = (uint32_t)(permitted >> 32),
          .inheritable = (uint32_t)(inheritable >> 32) },
    };

    /* The kernel cuts the ambient set to what is both permitted and inheritable, so most often
     * there is nothing to clear. */
    if ((permitted & inheritable & ~ambient) &&
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return error_system(err, "capabilities: clear the ambient set");
    if (sys_capset(wanted) < 0)
        return error_system(err, "capabilities: set");
    return raise_ambient(ambient, err);
}
