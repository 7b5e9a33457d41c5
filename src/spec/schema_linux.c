/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/schema_linux.h"

#include "agentrun/spec/check.h"
#include "agentrun/spec/convert.h"
#include "agentrun/spec/schema_resources.h"
#include "agentrun/spec/schema_spec.h"
#include "agentrun/spec/spec.h"

static const struct schema_member time_offset_members[] = {
    { "secs", SCHEMA_I64, SCHEMA_WRITTEN, SCHEMA_AT(spec_time_offset, seconds),
      SCHEMA_RANGE(INT64_MIN, INT64_MAX) },
    { "nanosecs", SCHEMA_U32, 0, SCHEMA_AT(spec_time_offset, nanoseconds),
      SCHEMA_RANGE(0, 999999999) },
};

static const struct schema schema_time_offset = { SCHEMA_OF(spec_time_offset,
                                                            time_offset_members) };

static const struct schema_member time_offsets_members[] = {
    { "monotonic", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_linux, time_offset_monotonic),
      .object = &schema_time_offset },
    { "boottime", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_linux, time_offset_boottime),
      .object = &schema_time_offset },
};

static const struct schema schema_time_offsets = { SCHEMA_OF(spec_linux, time_offsets_members) };

static const struct schema_member device_members[] = {
    { "type", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_device, type) },
    { "path", SCHEMA_STRING, SCHEMA_REQUIRED | SCHEMA_ABSOLUTE, SCHEMA_AT(spec_device, path) },
    { "major", SCHEMA_I64, SCHEMA_WRITTEN, SCHEMA_AT(spec_device, major), SCHEMA_RANGE(0, 0xfff) },
    { "minor", SCHEMA_I64, SCHEMA_WRITTEN, SCHEMA_AT(spec_device, minor),
      SCHEMA_RANGE(0, 0xfffff) },
    { "fileMode", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_device, file_mode),
      SCHEMA_RANGE(0, UINT32_MAX) },
    { "uid", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_device, uid),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
    { "gid", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_device, gid),
      SCHEMA_RANGE(0, SCHEMA_MAXIMUM_ID) },
};

static const struct schema schema_device = { SCHEMA_OF(spec_device, device_members),
                                             .check = check_device };

static const struct schema_member seccomp_arg_members[] = {
    { "index", SCHEMA_U32, SCHEMA_REQUIRED, SCHEMA_AT(spec_seccomp_arg, index),
      SCHEMA_RANGE(0, 5) },
    { "value", SCHEMA_U64, SCHEMA_REQUIRED, SCHEMA_AT(spec_seccomp_arg, value),
      SCHEMA_RANGE(0, UINT64_MAX) },
    { "valueTwo", SCHEMA_U64, 0, SCHEMA_AT(spec_seccomp_arg, value_two),
      SCHEMA_RANGE(0, UINT64_MAX) },
    { "op", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_seccomp_arg, op) },
};

static const struct schema schema_seccomp_arg = { SCHEMA_OF(spec_seccomp_arg,
                                                            seccomp_arg_members) };

static const struct schema_member seccomp_rule_members[] = {
    { "names", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_seccomp_rule, names) },
    { "action", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_seccomp_rule, action) },
    { "errnoRet", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_seccomp_rule, errno_ret),
      SCHEMA_RANGE(0, UINT16_MAX) },
    { "args", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_seccomp_rule, args),
      .object = &schema_seccomp_arg },
};

static const struct schema schema_seccomp_rule = { SCHEMA_OF(spec_seccomp_rule,
                                                             seccomp_rule_members) };

static const struct schema_member seccomp_members[] = {
    { "defaultAction", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_seccomp, default_action) },
    { "defaultErrnoRet", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_seccomp, default_errno_ret),
      SCHEMA_RANGE(0, UINT16_MAX) },
    { "architectures", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_seccomp, architectures) },
    { "flags", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_seccomp, flags) },
    { "listenerPath", SCHEMA_STRING, 0, SCHEMA_AT(spec_seccomp, listener_path) },
    { "listenerMetadata", SCHEMA_STRING, 0, SCHEMA_AT(spec_seccomp, listener_metadata) },
    { "syscalls", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_seccomp, rules),
      .object = &schema_seccomp_rule },
};

static const struct schema schema_seccomp = { SCHEMA_OF(spec_seccomp, seccomp_members) };

static const struct schema_member linux_members[] = {
    { "namespaces", SCHEMA_CONVERTED, 0, SCHEMA_AT(spec_linux, namespaces),
      .conversion = &convert_namespaces },
    { "uidMappings", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_linux, uid_mappings),
      .object = &schema_id_mapping },
    { "gidMappings", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_linux, gid_mappings),
      .object = &schema_id_mapping },
    { "timeOffsets", SCHEMA_OBJECT, 0, SCHEMA_GROUP, .object = &schema_time_offsets },
    { "devices", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_linux, devices), .object = &schema_device },
    { "cgroupsPath", SCHEMA_STRING, 0, SCHEMA_AT(spec_linux, cgroups_path) },
    { "resources", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_linux, resources),
      .object = &schema_resources },
    { "rootfsPropagation", SCHEMA_STRING, 0, SCHEMA_AT(spec_linux, rootfs_propagation) },
    { "seccomp", SCHEMA_OBJECT, 0, SCHEMA_SECTION(spec_linux, seccomp), .object = &schema_seccomp },
    { "sysctl", SCHEMA_STRING_MAP, 0, SCHEMA_LIST(spec_linux, sysctls) },
    { "maskedPaths", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_linux, masked_paths) },
    { "readonlyPaths", SCHEMA_STRINGS, 0, SCHEMA_LIST(spec_linux, readonly_paths) },
    { "mountLabel", SCHEMA_STRING, 0, SCHEMA_AT(spec_linux, mount_label) },
    { "intelRdt", SCHEMA_PRESENCE, 0, SCHEMA_AT(spec_linux, has_intel_rdt) },
    { "personality", SCHEMA_PRESENCE, 0, SCHEMA_AT(spec_linux, has_personality) },
    { "netDevices", SCHEMA_PRESENCE, 0, SCHEMA_AT(spec_linux, has_net_devices) },
    { "memoryPolicy", SCHEMA_PRESENCE, 0, SCHEMA_AT(spec_linux, has_memory_policy) },
};

const struct schema schema_linux = { SCHEMA_OF(spec_linux, linux_members), .check = check_linux };
