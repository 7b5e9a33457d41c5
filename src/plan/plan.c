/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/plan.h"

const char *plan_hook_name(enum plan_hook_kind kind)
{
    static const char *const names[N_PLAN_HOOK_KINDS] = {
        [PLAN_HOOK_PRESTART] = "prestart",
        [PLAN_HOOK_CREATE_RUNTIME] = "createRuntime",
        [PLAN_HOOK_CREATE_CONTAINER] = "createContainer",
        [PLAN_HOOK_START_CONTAINER] = "startContainer",
        [PLAN_HOOK_POSTSTART] = "poststart",
        [PLAN_HOOK_POSTSTOP] = "poststop",
    };

    return names[kind];
}
