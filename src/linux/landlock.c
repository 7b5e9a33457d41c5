/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/landlock.h"

#include <stddef.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sys.h"

#define CREATE_RULESET_VERSION 1

/* struct landlock_ruleset_attr as of version 6; the kernel's header may be older. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

unsigned landlock_abi(void)
{
    int version = sys_landlock_create_ruleset(NULL, 0, CREATE_RULESET_VERSION);

    return version < 0 ? 0 : (unsigned)version;
}

int landlock_restrict(uint64_t handled_access_net, uint64_t scoped, struct error *err)
{
    const struct ruleset ruleset = { .handled_access_net = handled_access_net, .scoped = scoped };
    /* An older kernel refuses a structure that is longer than it knows. */
    size_t n_bytes = scoped ? sizeof ruleset : offsetof(struct ruleset, scoped);
    auto_close_late int ruleset_fd = -1;

    if (!handled_access_net && !scoped)
        return 0;
    ruleset_fd = sys_landlock_create_ruleset(&ruleset, n_bytes, 0);
    if (ruleset_fd < 0)
        return error_system(err, "landlock: make the ruleset");
    if (sys_landlock_restrict_self(ruleset_fd, 0) < 0)
        return error_system(err, "landlock: restrict");
    return 0;
}
