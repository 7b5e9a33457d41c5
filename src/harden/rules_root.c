/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_root.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/kernel_files.h"
#include "agentrun/policy/path.h"

static int root_path(struct hardening *hardening, const struct rule *rule)
{
    const struct fact_file *root = &hardening->facts->root;
    const struct policy *policy = hardening->policy;

    if (root->errnum != 0 || !root->resolved_path)
        return 0; /* whoever opens it says why */
    if (root->is_host_root || kernel_files_name(root->filesystem_magic))
        return rule_refuse(hardening, rule, NULL, "'%s' is the host's own", root->resolved_path);
    for (size_t i = 0; i < policy->mounts.n_denied; i++)
        if (path_is_within(policy->mounts.denied[i], root->resolved_path))
            return rule_refuse(hardening, rule, NULL, "'%s' holds '%s'", root->resolved_path,
                               policy->mounts.denied[i]);
    return 0;
}

static int root_readonly(struct hardening *hardening, const struct rule *rule)
{
    struct spec_root *root = &hardening->spec->root;

    if (root->readonly)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, "writable", "read-only");
    root->is_set = true;
    root->readonly = true;
    return 0;
}

static int propagation(struct hardening *hardening, const struct rule *rule)
{
    const char **asked = &hardening->spec->linux.rootfs_propagation;

    if (!*asked || strcmp(*asked, "private") == 0 || strcmp(*asked, "rprivate") == 0)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, *asked, "rprivate");
    *asked = "rprivate";
    return 0;
}

static const struct rule rules[] = {
    { "root.path", "root.path", "the root was made for the container and holds nothing of the host",
      RULE_NO_WAY, RULE_CREATE, .apply = root_path },
    { "root.readonly", "root.readonly", "images stay as they are and the disk is not filled",
      "allowed by policy key rootfs.readonly", RULE_CREATE, .apply = root_readonly },
    { "root.propagation", "linux.rootfsPropagation",
      "mounts do not pass between the host and the container", RULE_NO_WAY, RULE_CREATE,
      .apply = propagation },
};

const struct rule_family rules_root = { "root", rules, ARRAY_SIZE(rules) };
