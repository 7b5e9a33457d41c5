/* SPDX-License-Identifier: Apache-2.0
 *
 * That each member of `linux` lands in its place.
 */
#include "decoded.h"

static void test_decode_namespaces_by_kind(void **state)
{
    struct spec_linux section = decode_linux(
        "'namespaces': [{'type': 'network', 'path': '/n'}, {'type': 'time'}, {'type': 'mount',"
        " 'path': ''}, {'type': 'pid'}, {'type': 'ipc'}, {'type': 'uts'}, {'type': 'user'},"
        " {'type': 'cgroup'}]");

    (void)state;
    for (size_t kind = 0; kind < N_NAMESPACE_KINDS; kind++) {
        assert_true(section.namespaces[kind].is_set);
        if (kind == NAMESPACE_NETWORK)
            assert_string_equal(section.namespaces[kind].path, "/n");
        else
            assert_null(section.namespaces[kind].path);
    }
    assert_false(decode_linux("'namespaces': []").namespaces[NAMESPACE_PID].is_set);
}

static void test_decode_linux_members(void **state)
{
    struct spec_linux section = decode_linux(
        "'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 2}], 'gidMappings': [],"
        "'timeOffsets': {'boottime': {'secs': -5, 'nanosecs': 999999999}},"
        "'cgroupsPath': '/c', 'rootfsPropagation': 'rslave', 'mountLabel': 'm',"
        "'sysctl': {'net.core.somaxconn': '5'}, 'maskedPaths': ['/m'], 'readonlyPaths': ['/r'],"
        "'devices': [{'type': 'c', 'path': '/dev/x', 'major': 4095, 'minor': 1048575,"
        " 'fileMode': 8576, 'uid': 1, 'gid': 2}, {'type': 'p', 'path': '/dev/p'}]");

    (void)state;
    assert_int_equal(section.n_uid_mappings, 1);
    assert_int_equal(section.n_gid_mappings, 0);
    assert_false(section.time_offset_monotonic.is_set);
    assert_true(section.time_offset_boottime.is_set);
    assert_int_equal(section.time_offset_boottime.seconds, -5);
    assert_int_equal(section.time_offset_boottime.nanoseconds, 999999999);
    assert_string_equal(section.cgroups_path, "/c");
    assert_string_equal(section.rootfs_propagation, "rslave");
    assert_string_equal(section.mount_label, "m");
    assert_string_equal(section.sysctls[0].key, "net.core.somaxconn");
    assert_string_equal(section.sysctls[0].value, "5");
    assert_string_equal(section.masked_paths[0], "/m");
    assert_string_equal(section.readonly_paths[0], "/r");
    assert_int_equal(section.devices[0].major, 4095);
    assert_int_equal(section.devices[0].minor, 1048575);
    /* Engines leave the type of the file in: 020600. */
    assert_optional_unsigned(&section.devices[0].file_mode, 0600);
    assert_optional_unsigned(&section.devices[0].uid, 1);
    assert_optional_unsigned(&section.devices[0].gid, 2);
    assert_false(section.devices[1].file_mode.is_set);
    assert_false(section.has_intel_rdt || section.has_personality || section.has_net_devices ||
                 section.has_memory_policy);
}

static void test_decode_presence_is_all_that_is_kept(void **state)
{
    (void)state;
    assert_true(decode_linux("'intelRdt': {'closID': 'x', 'schemata': []}").has_intel_rdt);
    assert_true(decode_linux("'personality': {'domain': 'LINUX32'}").has_personality);
    assert_true(decode_linux("'netDevices': {'eth0': {'name': 'x'}}").has_net_devices);
    assert_true(decode_linux("'memoryPolicy': {'mode': 'MPOL_BIND'}").has_memory_policy);
}

static void test_decode_seccomp(void **state)
{
    struct spec_seccomp seccomp =
        decode_linux("'seccomp': {'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38,"
                     " 'architectures': ['A', 'B'], 'flags': ['F'], 'listenerPath': '/l',"
                     " 'listenerMetadata': 'm', 'syscalls': [{'names': ['read', 'write'],"
                     " 'action': 'SCMP_ACT_ALLOW'}, {'names': ['clone'], 'action': 'X',"
                     " 'errnoRet': 0, 'args': [{'index': 5, 'value': 18446744073709551615,"
                     " 'valueTwo': 1, 'op': 'SCMP_CMP_MASKED_EQ'}]}]}")
            .seccomp;

    (void)state;
    assert_true(seccomp.is_set);
    assert_string_equal(seccomp.default_action, "SCMP_ACT_ERRNO");
    assert_optional_unsigned(&seccomp.default_errno_ret, 38);
    assert_string_equal(seccomp.architectures[1], "B");
    assert_string_equal(seccomp.flags[0], "F");
    assert_string_equal(seccomp.listener_path, "/l");
    assert_string_equal(seccomp.listener_metadata, "m");
    assert_int_equal(seccomp.n_rules, 2);
    assert_string_equal(seccomp.rules[0].names[1], "write");
    assert_false(seccomp.rules[0].errno_ret.is_set);
    assert_optional_unsigned(&seccomp.rules[1].errno_ret, 0);
    assert_int_equal(seccomp.rules[1].args[0].index, 5);
    assert_true(seccomp.rules[1].args[0].value == UINT64_MAX);
    assert_int_equal(seccomp.rules[1].args[0].value_two, 1);
    assert_string_equal(seccomp.rules[1].args[0].op, "SCMP_CMP_MASKED_EQ");
}

static void test_decode_memory_cpu_and_pids(void **state)
{
    struct spec_resources resources = decode_resources(
        "'memory': {'limit': -1, 'reservation': 1, 'swap': 2, 'kernel': 3, 'kernelTCP': 4,"
        " 'swappiness': 100, 'disableOOMKiller': true, 'useHierarchy': false,"
        " 'checkBeforeUpdate': true}, 'cpu': {'shares': 1, 'quota': -1, 'burst': 3, 'period': 4,"
        " 'realtimeRuntime': 5, 'realtimePeriod': 6, 'idle': 1, 'cpus': '0-1', 'mems': '0'},"
        "'pids': {'limit': 0}");

    (void)state;
    assert_optional(&resources.memory.limit, -1);
    assert_optional(&resources.memory.reservation, 1);
    assert_optional(&resources.memory.swap, 2);
    assert_optional(&resources.memory.kernel, 3);
    assert_optional(&resources.memory.kernel_tcp, 4);
    assert_optional_unsigned(&resources.memory.swappiness, 100);
    assert_true(resources.memory.disable_oom_killer.value);
    assert_true(resources.memory.use_hierarchy.is_set);
    assert_false(resources.memory.use_hierarchy.value);
    assert_true(resources.memory.check_before_update.value);
    assert_optional_unsigned(&resources.cpu.shares, 1);
    assert_optional(&resources.cpu.quota, -1);
    assert_optional_unsigned(&resources.cpu.burst, 3);
    assert_optional_unsigned(&resources.cpu.period, 4);
    assert_optional(&resources.cpu.realtime_runtime, 5);
    assert_optional_unsigned(&resources.cpu.realtime_period, 6);
    assert_optional(&resources.cpu.idle, 1);
    assert_string_equal(resources.cpu.cpus, "0-1");
    assert_string_equal(resources.cpu.mems, "0");
    assert_optional(&resources.pids_limit, 0);
}

static void test_decode_block_io(void **state)
{
    struct spec_block_io block_io =
        decode_resources("'blockIO': {'weight': 10, 'leafWeight': 1000, 'weightDevice': [{'major':"
                         " 8, 'minor': 1, 'weight': 2, 'leafWeight': 3}],"
                         " 'throttleReadBpsDevice': [{'major': 1, 'minor': 0, 'rate': 11}],"
                         " 'throttleWriteBpsDevice': [{'major': 1, 'minor': 0, 'rate': 12}],"
                         " 'throttleReadIOPSDevice': [{'major': 1, 'minor': 0, 'rate': 13}],"
                         " 'throttleWriteIOPSDevice': [{'major': 1, 'minor': 0, 'rate': 14}]}")
            .block_io;

    (void)state;
    assert_optional_unsigned(&block_io.weight, 10);
    assert_optional_unsigned(&block_io.leaf_weight, 1000);
    assert_int_equal(block_io.weight_devices[0].major, 8);
    assert_int_equal(block_io.weight_devices[0].minor, 1);
    assert_optional_unsigned(&block_io.weight_devices[0].weight, 2);
    assert_optional_unsigned(&block_io.weight_devices[0].leaf_weight, 3);
    assert_int_equal(block_io.read_bps.devices[0].rate, 11);
    assert_int_equal(block_io.write_bps.devices[0].rate, 12);
    assert_int_equal(block_io.read_iops.devices[0].rate, 13);
    assert_int_equal(block_io.write_iops.devices[0].rate, 14);
}

static void test_decode_other_resources(void **state)
{
    struct spec_resources resources = decode_resources(
        "'devices': [{'allow': false, 'access': 'rwm'}, {'allow': true, 'type': 'a', 'major': -1,"
        " 'minor': -1}], 'hugepageLimits': [{'pageSize': '2MB', 'limit': 7}],"
        "'network': {'classID': 4294967295, 'priorities': [{'name': 'eth0', 'priority': 3}]},"
        "'rdma': {'mlx5_0': {'hcaHandles': 1}, 'mlx4': {'hcaObjects': 2}},"
        "'unified': {'memory.high': '1G', 'io.max': ''}");

    (void)state;
    assert_false(resources.devices[0].allow);
    assert_null(resources.devices[0].type);
    assert_false(resources.devices[0].major.is_set);
    assert_string_equal(resources.devices[0].access, "rwm");
    assert_true(resources.devices[1].allow);
    assert_optional(&resources.devices[1].major, -1);
    assert_optional(&resources.devices[1].minor, -1);
    assert_string_equal(resources.hugepage_limits[0].page_size, "2MB");
    assert_int_equal(resources.hugepage_limits[0].limit, 7);
    assert_optional_unsigned(&resources.network_class_id, UINT32_MAX);
    assert_string_equal(resources.network_priorities[0].name, "eth0");
    assert_int_equal(resources.network_priorities[0].priority, 3);
    assert_int_equal(resources.n_rdma, 2);
    assert_string_equal(resources.rdma[0].device, "mlx5_0");
    assert_optional_unsigned(&resources.rdma[0].hca_handles, 1);
    assert_string_equal(resources.rdma[1].device, "mlx4");
    assert_optional_unsigned(&resources.rdma[1].hca_objects, 2);
    assert_string_equal(resources.unified[0].key, "memory.high");
    assert_string_equal(resources.unified[1].value, "");
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_decode_namespaces_by_kind),
        TEST(test_decode_linux_members),
        TEST(test_decode_presence_is_all_that_is_kept),
        TEST(test_decode_seccomp),
        TEST(test_decode_memory_cpu_and_pids),
        TEST(test_decode_block_io),
        TEST(test_decode_other_resources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
