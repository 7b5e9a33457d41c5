/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/policy/policy.h"

#include <errno.h>
#include <sys/stat.h>

#include "agentrun/policy/builtin.h"

int policy_load(const char *path, const struct policy **out_policy, struct error *err)
{
    struct stat status;

    if (lstat(path, &status) == 0)
        return error_set(err, ERROR_POLICY, ENOTSUP,
                         "agentrun: policy: %s: this version has no policy files; remove the file "
                         "to use the built-in policy",
                         path);
    /* Only a name that certainly stands for nothing means that the operator wrote nothing. */
    if (errno != ENOENT && errno != ENOTDIR)
        return error_system(err, "policy file %s", path);
    *out_policy = policy_builtin();
    return 0;
}
