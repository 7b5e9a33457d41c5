/* SPDX-License-Identifier: Apache-2.0
 *
 * That each member lands in its place, and what counts as absent.
 */
#include <limits.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/spec/decode.h"
#include "quoted.h"

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* Members of the top level beside the required ones. */
static struct spec decode(const char *members)
{
    const char *text =
        quoted(&arena, arena_format(&arena, "{'ociVersion':'1.2.0','root':{'path':'r'}%s%s}",
                                    *members ? "," : "", members));
    struct spec spec;
    struct error err;

    if (spec_decode(&arena, "c", text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

static struct spec_process decode_process(const char *members)
{
    struct spec spec = decode(arena_format(&arena, "'process': {'cwd': '/', %s}", members));

    assert_true(spec.has_process);
    assert_int_equal(spec.n_unknown_fields, 0);
    return spec.process;
}

static struct spec_linux decode_linux(const char *members)
{
    struct spec spec = decode(arena_format(&arena, "'linux': {%s}", members));

    assert_true(spec.linux.is_set);
    assert_int_equal(spec.n_unknown_fields, 0);
    return spec.linux;
}

static struct spec_resources decode_resources(const char *members)
{
    struct spec_linux section = decode_linux(arena_format(&arena, "'resources': {%s}", members));

    assert_true(section.resources.is_set);
    return section.resources;
}

static void assert_optional(const struct optional_i64 *optional, int64_t value)
{
    assert_true(optional->is_set);
    assert_true(optional->value == value);
}

static void assert_optional_unsigned(const struct optional_u64 *optional, uint64_t value)
{
    assert_true(optional->is_set);
    assert_true(optional->value == value);
}

static void test_decode_minimal_document_is_empty(void **state)
{
    struct spec spec = decode("");
    struct spec expected = {
        .oci_version = spec.oci_version,
        .root = { .is_set = true, .path = spec.root.path },
        .document = spec.document,
    };

    (void)state;
    assert_string_equal(spec.oci_version, "1.2.0");
    assert_string_equal(spec.root.path, "r");
    assert_memory_equal(&spec, &expected, sizeof spec);
}

static void test_decode_null_and_empty_text_count_as_absent(void **state)
{
    struct spec spec =
        decode("'process': null, 'linux': {'seccomp': null, 'cgroupsPath': '', 'maskedPaths': "
               "null}, 'hostname': '', 'mounts': [{'destination': '/a', 'source': '', 'type': "
               "null, 'options': []}], 'windows': null");

    (void)state;
    assert_false(spec.has_process);
    assert_true(spec.linux.is_set);
    assert_false(spec.linux.seccomp.is_set);
    assert_null(spec.linux.cgroups_path);
    assert_null(spec.hostname);
    assert_null(spec.mounts[0].source);
    assert_null(spec.mounts[0].type);
    assert_int_equal(spec.mounts[0].n_options, 0);
    assert_int_equal(spec.n_foreign_sections, 0);
    assert_int_equal(spec.n_unknown_fields, 0);
}

static void test_decode_top_level(void **state)
{
    struct spec spec =
        decode("'hostname': 'h', 'domainname': 'd', 'annotations': {'a.b': 'c', 'e': ''},"
               "'mounts': [{'destination': '/a', 'type': 't', 'source': 's', 'options': ['ro', ''],"
               " 'uidMappings': [{'containerID': 1, 'hostID': 2, 'size': 3}],"
               " 'gidMappings': [{'containerID': 0, 'hostID': 0, 'size': 4294967295}]},"
               " {'destination': '/b'}], 'vm': {'kernel': {}}, 'solaris': 5");

    (void)state;
    assert_string_equal(spec.hostname, "h");
    assert_string_equal(spec.domainname, "d");
    assert_int_equal(spec.n_annotations, 2);
    assert_string_equal(spec.annotations[0].key, "a.b");
    assert_string_equal(spec.annotations[0].value, "c");
    assert_string_equal(spec.annotations[1].value, "");
    assert_int_equal(spec.n_mounts, 2);
    assert_string_equal(spec.mounts[0].type, "t");
    assert_string_equal(spec.mounts[0].source, "s");
    assert_string_equal(spec.mounts[0].options[1], "");
    assert_int_equal(spec.mounts[0].uid_mappings[0].container_id, 1);
    assert_int_equal(spec.mounts[0].uid_mappings[0].host_id, 2);
    assert_int_equal(spec.mounts[0].uid_mappings[0].size, 3);
    assert_true(spec.mounts[0].gid_mappings[0].size == UINT32_MAX);
    assert_string_equal(spec.mounts[1].destination, "/b");
    assert_int_equal(spec.n_foreign_sections, 2);
    assert_string_equal(spec.foreign_sections[0], "vm");
    assert_string_equal(spec.foreign_sections[1], "solaris");
}

static void test_decode_process_and_user(void **state)
{
    struct spec_process process = decode_process(
        "'terminal': true, 'consoleSize': {'height': 24, 'width': 65535}, 'args': ['sh', ''],"
        "'env': ['A=1', 'B='], 'user': {'uid': 4294967294, 'gid': 5, 'umask': 18,"
        " 'additionalGids': [5, 0], 'username': 'x'}, 'noNewPrivileges': false,"
        "'apparmorProfile': 'p', 'selinuxLabel': 'l', 'oomScoreAdj': -1000, 'commandLine': 'c'");

    (void)state;
    assert_true(process.terminal);
    assert_true(process.has_console_size);
    assert_int_equal(process.console_size.height, 24);
    assert_int_equal(process.console_size.width, 65535);
    assert_int_equal(process.n_args, 2);
    assert_string_equal(process.args[1], "");
    assert_string_equal(process.env[1], "B=");
    assert_string_equal(process.cwd, "/");
    assert_int_equal(process.user.uid, 4294967294);
    assert_int_equal(process.user.gid, 5);
    assert_optional_unsigned(&process.user.umask, 022);
    assert_int_equal(process.user.n_additional_gids, 2);
    assert_int_equal(process.user.additional_gids[0], 5);
    assert_true(process.no_new_privileges.is_set);
    assert_false(process.no_new_privileges.value);
    assert_string_equal(process.apparmor_profile, "p");
    assert_string_equal(process.selinux_label, "l");
    assert_optional(&process.oom_score_adj, -1000);
}

static void test_decode_capabilities_become_bits(void **state)
{
    struct spec_capabilities capabilities =
        decode_process("'capabilities': {'bounding': ['CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE'],"
                       " 'effective': [], 'ambient': ['CAP_SYS_ADMIN', 'CAP_SYS_ADMIN',"
                       " 'CAP_NEW', 'cap_kill', 'KILL', 'CAP_', 'CAP_ KILL', 'ALL', '']}")
            .capabilities;
    static const char *const unknown[] = { "CAP_NEW",   "cap_kill", "KILL", "CAP_",
                                           "CAP_ KILL", "ALL",      "" };

    (void)state;
    assert_true(capabilities.is_set);
    assert_true(capabilities.bounding.bits ==
                (UINT64_C(1) << CAP_CHOWN | UINT64_C(1) << CAP_CHECKPOINT_RESTORE));
    assert_true(capabilities.effective.is_set);
    assert_true(capabilities.effective.bits == 0);
    assert_false(capabilities.permitted.is_set);
    assert_true(capabilities.ambient.bits == UINT64_C(1) << CAP_SYS_ADMIN);
    assert_int_equal(capabilities.n_unknown_names, ARRAY_SIZE(unknown));
    for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
        assert_string_equal(capabilities.unknown_names[i], unknown[i]);
    assert_true(decode_process("'capabilities': {}").capabilities.is_set);
    assert_false(decode_process("'args': []").capabilities.is_set);
}

static void test_decode_rlimits_become_numbers(void **state)
{
    static const struct {
        const char *name;
        int resource;
    } names[] = {
        { "AS", RLIMIT_AS },
        { "CORE", RLIMIT_CORE },
        { "CPU", RLIMIT_CPU },
        { "DATA", RLIMIT_DATA },
        { "FSIZE", RLIMIT_FSIZE },
        { "LOCKS", RLIMIT_LOCKS },
        { "MEMLOCK", RLIMIT_MEMLOCK },
        { "MSGQUEUE", RLIMIT_MSGQUEUE },
        { "NICE", RLIMIT_NICE },
        { "NOFILE", RLIMIT_NOFILE },
        { "NPROC", RLIMIT_NPROC },
        { "RSS", RLIMIT_RSS },
        { "RTPRIO", RLIMIT_RTPRIO },
        { "RTTIME", RLIMIT_RTTIME },
        { "SIGPENDING", RLIMIT_SIGPENDING },
        { "STACK", RLIMIT_STACK },
    };

    (void)state;
    assert_int_equal(ARRAY_SIZE(names), RLIM_NLIMITS);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct spec_process process = decode_process(
            arena_format(&arena,
                         "'rlimits': [{'type': 'RLIMIT_%s', 'hard': 18446744073709551615,"
                         " 'soft': %zu}]",
                         names[i].name, i));

        assert_int_equal(process.n_rlimits, 1);
        assert_int_equal(process.rlimits[0].resource, names[i].resource);
        assert_true(process.rlimits[0].hard == UINT64_MAX);
        assert_int_equal(process.rlimits[0].soft, i);
    }
}

static void test_decode_scheduling(void **state)
{
    struct spec_process process = decode_process(
        "'scheduler': {'policy': 'SCHED_DEADLINE', 'nice': -20, 'priority': 99, 'flags':"
        " ['SCHED_FLAG_X'], 'runtime': 1, 'deadline': 2, 'period': 3},"
        "'ioPriority': {'class': 'IOPRIO_CLASS_IDLE', 'priority': 7},"
        "'execCPUAffinity': {'initial': '0-3', 'final': '7'}");

    (void)state;
    assert_true(process.scheduler.is_set);
    assert_string_equal(process.scheduler.policy, "SCHED_DEADLINE");
    assert_optional(&process.scheduler.nice, -20);
    assert_optional(&process.scheduler.priority, 99);
    assert_string_equal(process.scheduler.flags[0], "SCHED_FLAG_X");
    assert_optional_unsigned(&process.scheduler.runtime_ns, 1);
    assert_optional_unsigned(&process.scheduler.deadline_ns, 2);
    assert_optional_unsigned(&process.scheduler.period_ns, 3);
    assert_true(process.io_priority.is_set);
    assert_int_equal(process.io_priority.priority, 7);
    assert_string_equal(process.exec_cpu_affinity_initial, "0-3");
    assert_string_equal(process.exec_cpu_affinity_final, "7");
}

static void test_decode_hooks_keep_their_lists_apart(void **state)
{
    struct spec_hooks hooks =
        decode("'hooks': {'prestart': [{'path': '/1', 'args': ['a', 'b'], 'env': ['X=y'],"
               " 'timeout': 5}, {'path': '/1b'}], 'createRuntime': [{'path': '/2'}],"
               " 'createContainer': [{'path': '/3'}], 'startContainer': [{'path': '/4'}],"
               " 'poststart': [{'path': '/5'}], 'poststop': [{'path': '/6'}]}")
            .hooks;
    const struct spec_hook_list *const lists[] = {
        &hooks.prestart,        &hooks.create_runtime, &hooks.create_container,
        &hooks.start_container, &hooks.poststart,      &hooks.poststop,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        assert_int_equal(lists[i]->n_hooks, i == 0 ? 2 : 1);
        assert_int_equal(lists[i]->hooks[0].path[1], '1' + i);
    }
    assert_string_equal(hooks.prestart.hooks[0].args[1], "b");
    assert_string_equal(hooks.prestart.hooks[0].env[0], "X=y");
    assert_optional(&hooks.prestart.hooks[0].timeout_s, 5);
    assert_false(hooks.prestart.hooks[1].timeout_s.is_set);
}

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

static void test_decode_unknown_members_are_noted_by_path(void **state)
{
    static const char *const paths[] = {
        "extra",          "process.Args",          "process.user.name",          "mounts[1].foo",
        "linux[\"a.b\"]", "linux.namespaces[0].x", "linux.resources.memory.max",
    };
    struct spec spec = decode(
        "'extra': {'deep': [1]}, 'process': {'cwd': '/', 'Args': ['x'], 'user': {'name': 1}},"
        "'mounts': [{'destination': '/'}, {'destination': '/', 'foo': null}],"
        "'linux': {'a.b': 1, 'namespaces': [{'type': 'pid', 'x': 1}], 'resources': {'memory':"
        " {'max': 1}}}");

    (void)state;
    assert_int_equal(spec.n_unknown_fields, ARRAY_SIZE(paths));
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        assert_string_equal(spec.unknown_fields[i], paths[i]);
    assert_int_equal(spec.process.n_args, 0);
}

static void test_decode_spec_error_finds_the_place(void **state)
{
    struct spec spec = decode("\n'linux': {'sysctl': {'a.b': '1'}}");
    struct error err;

    (void)state;
    assert_int_equal(spec_error(&spec, ERROR_POLICY, 13, "linux.sysctl[\"a.b\"]", &err, "no %d", 1),
                     -13);
    assert_string_equal(err.text, "c:2:29: linux.sysctl[\"a.b\"]: no 1");
    assert_int_equal(err.kind, ERROR_POLICY);
    spec.document = NULL;
    spec_error(&spec, ERROR_SPEC, 13, "linux", &err, "no");
    assert_string_equal(err.text, "linux: no");
}

static void test_decode_runnable_needs_a_program(void **state)
{
    struct spec spec = decode("");
    struct error err;

    (void)state;
    assert_int_equal(spec_check_runnable(&spec, &err), -22);
    assert_string_equal(err.text, "c:1:1: process: is missing");
    spec = decode("'process': {'cwd': '/', 'args': []}");
    assert_int_equal(spec_check_runnable(&spec, &err), -22);
    assert_string_equal(err.text, "c:1:75: process.args: names no program");
    spec = decode("'process': {'cwd': '/', 'args': ['sh']}");
    assert_int_equal(spec_check_runnable(&spec, &err), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_decode_minimal_document_is_empty),
        TEST(test_decode_null_and_empty_text_count_as_absent),
        TEST(test_decode_top_level),
        TEST(test_decode_process_and_user),
        TEST(test_decode_capabilities_become_bits),
        TEST(test_decode_rlimits_become_numbers),
        TEST(test_decode_scheduling),
        TEST(test_decode_hooks_keep_their_lists_apart),
        TEST(test_decode_namespaces_by_kind),
        TEST(test_decode_linux_members),
        TEST(test_decode_presence_is_all_that_is_kept),
        TEST(test_decode_seccomp),
        TEST(test_decode_memory_cpu_and_pids),
        TEST(test_decode_block_io),
        TEST(test_decode_other_resources),
        TEST(test_decode_unknown_members_are_noted_by_path),
        TEST(test_decode_spec_error_finds_the_place),
        TEST(test_decode_runnable_needs_a_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
