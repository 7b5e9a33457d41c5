/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/rlimit.h"

#include <errno.h>
#include <sys/resource.h>

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

int rlimit_apply(int resource, uint64_t soft, uint64_t hard, struct error *err)
{
    struct rlimit64 wanted = { .rlim_cur = soft, .rlim_max = hard }, present;

    if (setrlimit64(resource, &wanted) == 0)
        return 0;
    if (errno != EPERM)
        return error_system(err, "rlimit: resource %d", resource);
    if (getrlimit64(resource, &present) < 0)
        return error_system(err, "rlimit: read resource %d", resource);
    wanted.rlim_max = smaller(hard, present.rlim_max);
    wanted.rlim_cur = smaller(soft, wanted.rlim_max);
    if (setrlimit64(resource, &wanted) < 0)
        return error_system(err, "rlimit: resource %d", resource);
    return 0;
}
