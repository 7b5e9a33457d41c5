/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/schema_process.h"

#include <limits.h>

#include "agentrun/spec/check.h"
#include "agentrun/spec/convert.h"
#include "agentrun/spec/spec.h"

static const struct schema_member console_size_members[] = {
    { "height", SCHEMA_U16, SCHEMA_WRITTEN, SCHEMA_AT(spec_console_size, height),
      SCHEMA_RANGE(0, UINT16_MAX) },
    { "width", SCHEMA_U16, SCHEMA_WRITTEN, SCHEMA_AT(spec_console_size, width),
      SCHEMA_RANGE(0, UINT16_MAX) },
};

static const struct schema schema_console_size = { SCHEMA_OF(spec_console_size,
                                                             console_size_members) };

static const struct schema_member user_members[] = {
    { "uid", SCHEMA_U32, SCHEMA_WRITTEN, SCHEMA_AT(spec_user, uid),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { "gid", SCHEMA_U32, SCHEMA_WRITTEN, SCHEMA_AT(spec_user, gid),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { "umask", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_user, umask), SCHEMA_RANGE(0, 07777) },
    { "additionalGids", SCHEMA_IDS, 0, SCHEMA_LIST(spec_user, additional_gids),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { .name = "username", .kind = SCHEMA_IGNORED },
};

static const struct schema schema_user = { SCHEMA_OF(spec_user, user_members) };

static const struct schema_member capabilities_members[] = {
    { "bounding", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_capabilities, bounding),
      .conversion = &convert_capabilities },
    { "effective", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_capabilities, effective),
      .conversion = &convert_capabilities },
    { "inheritable", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_capabilities, inheritable),
      .conversion = &convert_capabilities },
    { "permitted", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_capabilities, permitted),
      .conversion = &convert_capabilities },
    { "ambient", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_capabilities, ambient),
      .conversion = &convert_capabilities },
};

static const struct schema schema_capabilities = { SCHEMA_OF(spec_capabilities,
                                                             capabilities_members) };

static const struct schema_member rlimit_members[] = {
    { "type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_rlimit, name) },
    { "hard", SCHEMA_U64, SCHEMA_REQUIRED, SCHEMA_AT(spec_rlimit, hard),
      SCHEMA_RANGE(0, UINT64_MAX) },
    { "soft", SCHEMA_U64, SCHEMA_REQUIRED, SCHEMA_AT(spec_rlimit, soft),
      SCHEMA_RANGE(0, UINT64_MAX) },
};

static const struct schema schema_rlimit = { SCHEMA_OF(spec_rlimit, rlimit_members),
                                             .check = check_rlimit };

static const struct schema_member scheduler_members[] = {
    { "policy", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_scheduler, policy) },
    { "nice", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_scheduler, nice), SCHEMA_RANGE(-20, 19) },
    { "priority", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_scheduler, priority),
      SCHEMA_RANGE(0, 99) },
    { "flags", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_scheduler, flags) },
    { "runtime", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_scheduler, runtime_ns),
      SCHEMA_RANGE(0, INT64_MAX) },
    { "deadline", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_scheduler, deadline_ns),
      SCHEMA_RANGE(0, INT64_MAX) },
    { "period", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_scheduler, period_ns),
      SCHEMA_RANGE(0, INT64_MAX) },
};

static const struct schema schema_scheduler = { SCHEMA_OF(spec_scheduler, scheduler_members) };

static const struct schema_member io_priority_members[] = {
    { "class", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_io_priority, class) },
    { "priority", SCHEMA_I64, SCHEMA_WRITTEN, SCHEMA_AT(spec_io_priority, priority),
      SCHEMA_RANGE(0, 7) },
};

static const struct schema schema_io_priority = { SCHEMA_OF(spec_io_priority,
                                                            io_priority_members) };

static const struct schema_member cpu_affinity_members[] = {
    { "initial", SCHEMA_STRING, 0, SCHEMA_AT(spec_process, exec_cpu_affinity_initial) },
    { "final", SCHEMA_STRING, 0, SCHEMA_AT(spec_process, exec_cpu_affinity_final) },
};

static const struct schema schema_cpu_affinity = { SCHEMA_OF(spec_process, cpu_affinity_members) };

static const struct schema_member process_members[] = {
    { "terminal", SCHEMA_BOOLEAN, 0, SCHEMA_AT(spec_process, terminal) },
    { "consoleSize", SCHEMA_OBJECT, 0, SCHEMA_AT(spec_process, console_size),
      .companion = offsetof(struct spec_process, has_console_size),
      .object = &schema_console_size },
    { "user", SCHEMA_OBJECT, SCHEMA_WRITTEN, SCHEMA_AT(spec_process, user),
      .object = &schema_user },
    { "args", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_process, args) },
    { "env", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_process, env) },
    { "cwd", SCHEMA_STRING, SCHEMA_REQUIRED | SCHEMA_ABSOLUTE, SCHEMA_AT(spec_process, cwd) },
    { "capabilities", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_process, capabilities),
      .object = &schema_capabilities },
    { "rlimits", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_process, rlimits), .object = &schema_rlimit },
    { "noNewPrivileges", SCHEMA_OPTIONAL_BOOLEAN, 0, SCHEMA_AT(spec_process, no_new_privileges) },
    { "apparmorProfile", SCHEMA_STRING, 0, SCHEMA_AT(spec_process, apparmor_profile) },
    { "selinuxLabel", SCHEMA_STRING, 0, SCHEMA_AT(spec_process, selinux_label) },
    { "oomScoreAdj", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_process, oom_score_adj),
      SCHEMA_RANGE(-1000, 1000) },
    { "scheduler", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_process, scheduler),
      .object = &schema_scheduler },
    { "ioPriority", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_process, io_priority),
      .object = &schema_io_priority },
    { "execCPUAffinity", SCHEMA_OBJECT, 0, SCHEMA_GROUP, .object = &schema_cpu_affinity },
    { .name = "commandLine", .kind = SCHEMA_IGNORED },
};

const struct schema schema_process = { SCHEMA_OF(spec_process, process_members),
                                       .check = check_process };

static const struct schema_member hook_members[] = {
    { "path", SCHEMA_STRING, SCHEMA_REQUIRED | SCHEMA_ABSOLUTE, SCHEMA_AT(spec_hook, path) },
    { "args", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_hook, args) },
    { "env", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_hook, env) },
    { "timeout", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_hook, timeout_s),
      SCHEMA_RANGE(1, INT_MAX) },
};

static const struct schema schema_hook = { SCHEMA_OF(spec_hook, hook_members),
                                           .check = check_hook };

#define HOOKS(field)                                                                               \
    .offset = offsetof(struct spec_hooks, field) + offsetof(struct spec_hook_list, hooks),         \
    .companion = offsetof(struct spec_hooks, field) + offsetof(struct spec_hook_list, n_hooks),    \
    .object = &schema_hook

static const struct schema_member hooks_members[] = {
    { "prestart", SCHEMA_OBJECTS, 0, HOOKS(prestart) },
    { "createRuntime", SCHEMA_OBJECTS, 0, HOOKS(create_runtime) },
    { "createContainer", SCHEMA_OBJECTS, 0, HOOKS(create_container) },
    { "startContainer", SCHEMA_OBJECTS, 0, HOOKS(start_container) },
    { "poststart", SCHEMA_OBJECTS, 0, HOOKS(poststart) },
    { "poststop", SCHEMA_OBJECTS, 0, HOOKS(poststop) },
};

const struct schema schema_hooks = { SCHEMA_OF(spec_hooks, hooks_members) };
