/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/catalog.h"

#include "agentrun/base/scope.h"
#include "agentrun/harden/rules_binds.h"
#include "agentrun/harden/rules_capabilities.h"
#include "agentrun/harden/rules_cgroup.h"
#include "agentrun/harden/rules_devices.h"
#include "agentrun/harden/rules_environment.h"
#include "agentrun/harden/rules_foreign.h"
#include "agentrun/harden/rules_hooks.h"
#include "agentrun/harden/rules_mount_list.h"
#include "agentrun/harden/rules_mount_options.h"
#include "agentrun/harden/rules_mount_owners.h"
#include "agentrun/harden/rules_mounts.h"
#include "agentrun/harden/rules_namespaces.h"
#include "agentrun/harden/rules_paths.h"
#include "agentrun/harden/rules_process.h"
#include "agentrun/harden/rules_resources.h"
#include "agentrun/harden/rules_rlimits.h"
#include "agentrun/harden/rules_root.h"
#include "agentrun/harden/rules_seccomp.h"
#include "agentrun/harden/rules_sysctls.h"

static const struct rule_family *const families[] = {
    &rules_foreign,      &rules_root,          &rules_namespaces,   &rules_process,
    &rules_capabilities, &rules_rlimits,       &rules_resources,    &rules_cgroup,
    &rules_devices,      &rules_paths,         &rules_sysctls,      &rules_hooks,
    &rules_seccomp,      &rules_mount_count,   &rules_mounts,       &rules_binds,
    &rules_mount_list,   &rules_mount_options, &rules_mount_owners, &rules_environment,
};

const struct rule_family *const *catalog_families(size_t *out_n_families)
{
    *out_n_families = ARRAY_SIZE(families);
    return families;
}
