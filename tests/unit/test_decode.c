/* SPDX-License-Identifier: Apache-2.0
 *
 * That each member lands in its place, and what counts as absent: top level, process, hooks.
 */
#include <linux/capability.h>
#include <sys/resource.h>

#include "agentrun/base/scope.h"
#include "decoded.h"

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
        TEST(test_decode_unknown_members_are_noted_by_path),
        TEST(test_decode_spec_error_finds_the_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
