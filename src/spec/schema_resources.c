/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/schema_resources.h"

#include "agentrun/spec/check.h"
#include "agentrun/spec/spec.h"

/* The kernel keeps 12 bits of a major and 20 bits of a minor number; a greater one would name
 * another device than it seems to. */
#define MAXIMUM_MAJOR 0xfff
#define MAXIMUM_MINOR 0xfffff

/* -1 says "unlimited"; other negative numbers mean nothing. */
#define LIMIT SCHEMA_RANGE(-1, INT64_MAX)

static const struct schema_member device_rule_members[] = {
    { "allow", SCHEMA_BOOLEAN, SCHEMA_REQUIRED, SCHEMA_AT(spec_device_rule, allow) },
    { "type", SCHEMA_STRING, 0, SCHEMA_AT(spec_device_rule, type) },
    { "major", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_device_rule, major),
      SCHEMA_RANGE(-1, MAXIMUM_MAJOR) },
    { "minor", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_device_rule, minor),
      SCHEMA_RANGE(-1, MAXIMUM_MINOR) },
    { "access", SCHEMA_STRING, 0, SCHEMA_AT(spec_device_rule, access) },
};

static const struct schema schema_device_rule = { SCHEMA_OF(spec_device_rule, device_rule_members),
                                                  .check = check_device_rule };

static const struct schema_member memory_members[] = {
    { "limit", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_memory, limit), LIMIT },
    { "reservation", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_memory, reservation), LIMIT },
    { "swap", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_memory, swap), LIMIT },
    { "kernel", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_memory, kernel), LIMIT },
    { "kernelTCP", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_memory, kernel_tcp), LIMIT },
    { "swappiness", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_memory, swappiness),
      SCHEMA_RANGE(0, 100) },
    { "disableOOMKiller", SCHEMA_OPTIONAL_BOOLEAN, 0, SCHEMA_AT(spec_memory, disable_oom_killer) },
    { "useHierarchy", SCHEMA_OPTIONAL_BOOLEAN, 0, SCHEMA_AT(spec_memory, use_hierarchy) },
    { "checkBeforeUpdate", SCHEMA_OPTIONAL_BOOLEAN, 0,
      SCHEMA_AT(spec_memory, check_before_update) },
};

static const struct schema schema_memory = { SCHEMA_OF(spec_memory, memory_members) };

static const struct schema_member cpu_members[] = {
    { "shares", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_cpu, shares), SCHEMA_RANGE(0, UINT64_MAX) },
    { "quota", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_cpu, quota), LIMIT },
    { "burst", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_cpu, burst), SCHEMA_RANGE(0, UINT64_MAX) },
    { "period", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_cpu, period), SCHEMA_RANGE(0, UINT64_MAX) },
    { "realtimeRuntime", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_cpu, realtime_runtime), LIMIT },
    { "realtimePeriod", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_cpu, realtime_period),
      SCHEMA_RANGE(0, UINT64_MAX) },
    { "idle", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_cpu, idle), SCHEMA_RANGE(0, 1) },
    { "cpus", SCHEMA_STRING, 0, SCHEMA_AT(spec_cpu, cpus) },
    { "mems", SCHEMA_STRING, 0, SCHEMA_AT(spec_cpu, mems) },
};

static const struct schema schema_cpu = { SCHEMA_OF(spec_cpu, cpu_members) };

static const struct schema_member pids_members[] = {
    { "limit", SCHEMA_OPTIONAL_I64, 0, SCHEMA_AT(spec_resources, pids_limit), LIMIT },
};

static const struct schema schema_pids = { SCHEMA_OF(spec_resources, pids_members) };

#define MAJOR_MINOR(type)                                                                          \
    { "major", SCHEMA_I64, SCHEMA_REQUIRED, SCHEMA_AT(type, major),                                \
      SCHEMA_RANGE(0, MAXIMUM_MAJOR) },                                                            \
    {                                                                                              \
        "minor", SCHEMA_I64, SCHEMA_REQUIRED, SCHEMA_AT(type, minor),                              \
            SCHEMA_RANGE(0, MAXIMUM_MINOR)                                                         \
    }

static const struct schema_member weight_device_members[] = {
    MAJOR_MINOR(spec_weight_device),
    { "weight", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_weight_device, weight),
      SCHEMA_RANGE(0, 1000) },
    { "leafWeight", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_weight_device, leaf_weight),
      SCHEMA_RANGE(0, 1000) },
};

static const struct schema schema_weight_device = { SCHEMA_OF(spec_weight_device,
                                                              weight_device_members) };

static const struct schema_member throttle_device_members[] = {
    MAJOR_MINOR(spec_throttle_device),
    { "rate", SCHEMA_U64, SCHEMA_REQUIRED, SCHEMA_AT(spec_throttle_device, rate),
      SCHEMA_RANGE(0, UINT64_MAX) },
};

static const struct schema schema_throttle_device = { SCHEMA_OF(spec_throttle_device,
                                                                throttle_device_members) };

#define THROTTLE(field)                                                                            \
    .offset =                                                                                      \
        offsetof(struct spec_block_io, field) + offsetof(struct spec_throttle_list, devices),      \
    .companion =                                                                                   \
        offsetof(struct spec_block_io, field) + offsetof(struct spec_throttle_list, n_devices),    \
    .object = &schema_throttle_device

static const struct schema_member block_io_members[] = {
    { "weight", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_block_io, weight), SCHEMA_RANGE(0, 1000) },
    { "leafWeight", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_block_io, leaf_weight),
      SCHEMA_RANGE(0, 1000) },
    { "weightDevice", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_block_io, weight_devices),
      .object = &schema_weight_device },
    { "throttleReadBpsDevice", SCHEMA_OBJECTS, 0, THROTTLE(read_bps) },
    { "throttleWriteBpsDevice", SCHEMA_OBJECTS, 0, THROTTLE(write_bps) },
    { "throttleReadIOPSDevice", SCHEMA_OBJECTS, 0, THROTTLE(read_iops) },
    { "throttleWriteIOPSDevice", SCHEMA_OBJECTS, 0, THROTTLE(write_iops) },
};

static const struct schema schema_block_io = { SCHEMA_OF(spec_block_io, block_io_members) };

static const struct schema_member hugepage_limit_members[] = {
    { "pageSize", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_hugepage_limit, page_size) },
    { "limit", SCHEMA_U64, SCHEMA_REQUIRED, SCHEMA_AT(spec_hugepage_limit, limit),
      SCHEMA_RANGE(0, UINT64_MAX) },
};

static const struct schema schema_hugepage_limit = { SCHEMA_OF(spec_hugepage_limit,
                                                               hugepage_limit_members) };

static const struct schema_member priority_members[] = {
    { "name", SCHEMA_STRING, SCHEMA_REQUIRED, SCHEMA_AT(spec_interface_priority, name) },
    { "priority", SCHEMA_U32, SCHEMA_REQUIRED, SCHEMA_AT(spec_interface_priority, priority),
      SCHEMA_RANGE(0, UINT32_MAX) },
};

static const struct schema schema_priority = { SCHEMA_OF(spec_interface_priority,
                                                         priority_members) };

static const struct schema_member network_members[] = {
    { "classID", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_resources, network_class_id),
      SCHEMA_RANGE(0, UINT32_MAX) },
    { "priorities", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_resources, network_priorities),
      .object = &schema_priority },
};

static const struct schema schema_network = { SCHEMA_OF(spec_resources, network_members) };

static const struct schema_member rdma_members[] = {
    { "hcaHandles", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_rdma, hca_handles),
      SCHEMA_RANGE(0, UINT32_MAX) },
    { "hcaObjects", SCHEMA_OPTIONAL_U64, 0, SCHEMA_AT(spec_rdma, hca_objects),
      SCHEMA_RANGE(0, UINT32_MAX) },
};

static const struct schema schema_rdma = { SCHEMA_OF(spec_rdma, rdma_members) };

_Static_assert(offsetof(struct spec_rdma, device) == 0, "the name of a map's entry comes first");

static const struct schema_member resources_members[] = {
    { "devices", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_resources, devices),
      .object = &schema_device_rule },
    { "memory", SCHEMA_OBJECT, 0, SCHEMA_AT(spec_resources, memory), .object = &schema_memory },
    { "cpu", SCHEMA_OBJECT, 0, SCHEMA_AT(spec_resources, cpu), .object = &schema_cpu },
    { "pids", SCHEMA_OBJECT, 0, SCHEMA_GROUP, .object = &schema_pids },
    { "blockIO", SCHEMA_OBJECT, 0, SCHEMA_AT(spec_resources, block_io),
      .object = &schema_block_io },
    { "hugepageLimits", SCHEMA_OBJECTS, 0, SCHEMA_LIST(spec_resources, hugepage_limits),
      .object = &schema_hugepage_limit },
    { "network", SCHEMA_OBJECT, 0, SCHEMA_GROUP, .object = &schema_network },
    { "rdma", SCHEMA_OBJECT_MAP, 0, SCHEMA_LIST(spec_resources, rdma), .object = &schema_rdma },
    { "unified", SCHEMA_STRING_MAP, 0, SCHEMA_LIST(spec_resources, unified) },
};

const struct schema schema_resources = { SCHEMA_OF(spec_resources, resources_members) };
