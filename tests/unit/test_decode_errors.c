/* SPDX-License-Identifier: Apache-2.0
 *
 * What decoding refuses, and the exact words, with the place.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/spec/decode.h"
#include "quoted.h"

struct refusal {
    const char *members; /* of the object around them; on line 2 of the document */
    const char *text;
};

/* `format` holds one %s. */
static void check_refusals(const struct refusal *refusals, size_t n_refusals, const char *format)
{
    for (size_t i = 0; i < n_refusals; i++) {
        struct arena arena = { 0 };
        struct spec spec = { .hostname = "untouched" };
        struct error err = { 0 };
        const char *text;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        text = quoted(&arena, arena_format(&arena, format, refusals[i].members));
#pragma GCC diagnostic pop
        if (spec_decode(&arena, "c", text, strlen(text), &spec, &err) != -err.errnum || !err.errnum)
            fail_msg("taken: %s", text);
        assert_string_equal(err.text, refusals[i].text);
        assert_int_equal(err.kind, ERROR_SPEC);
        assert_string_equal(spec.hostname, "untouched");
        arena_release(&arena);
    }
}

#define TOP     "{'ociVersion':'1.2.0','root':{'path':'r'},\n%s\n}"
#define PROCESS "{'ociVersion':'1.2.0','root':{'path':'r'},'process':{'cwd':'/',\n%s\n}}"
#define LINUX   "{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{\n%s\n}}"

static void test_decode_top_level_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "'hostname': 5", "c:2:13: hostname: expected a string, got a number" },
        { "'mounts': {}", "c:2:11: mounts: expected an array, got an object" },
        { "'mounts': [{'destination': '/'}, 7]",
          "c:2:34: mounts[1]: expected an object, got a number" },
        { "'mounts': [{}]", "c:2:12: mounts[0].destination: is missing" },
        { "'mounts': [{'destination': ''}]", "c:2:28: mounts[0].destination: is empty" },
        { "'mounts': [{'destination': 'a/b'}]",
          "c:2:28: mounts[0].destination: expected an absolute path, got a/b" },
        { "'mounts': [{'destination': '/a', 'options': ['ro', null]}]",
          "c:2:52: mounts[0].options[1]: expected a string, got null" },
        { "'mounts': [{'destination': '/a', 'uidMappings': [{'containerID': 0, 'hostID': 0}]}]",
          "c:2:50: mounts[0].uidMappings[0].size: is missing" },
        { "'annotations': {'a.b': 1}",
          "c:2:24: annotations[\"a.b\"]: expected a string, got a number" },
        { "'annotations': []", "c:2:16: annotations: expected an object, got an array" },
        { "'hooks': {'prestart': [{}]}", "c:2:24: hooks.prestart[0].path: is missing" },
        { "'hooks': {'poststop': [{'path': 'x'}]}",
          "c:2:33: hooks.poststop[0].path: expected an absolute path, got x" },
        { "'hooks': {'poststop': [{'path': '/x', 'timeout': 0}]}",
          "c:2:50: hooks.poststop[0].timeout: expected 1..2147483647, got 0" },
        { "'hooks': {'poststop': [{'path': '/x', 'env': ['A']}]}",
          "c:2:47: hooks.poststop[0].env[0]: expected NAME=VALUE" },
        { "'linux': true", "c:2:10: linux: expected an object, got a boolean" },
        { "'root': {'path': 'again'}", "c:2:9: the key \"root\" stands twice in one object" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals), TOP);
}

static void test_decode_whole_document_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "", "c:1:1: the file is empty" },
        { "[]", "c:1:1: expected an object, got an array" },
        { "null", "c:1:1: expected an object, got null" },
        { "{}", "c:1:1: ociVersion: is missing" },
        { "{'ociVersion': null}", "c:1:16: ociVersion: is missing" },
        { "{'ociVersion': ''}", "c:1:16: ociVersion: is empty" },
        { "{'ociVersion': '1.0.0'}", "c:1:1: root: is missing" },
        { "{'ociVersion': '1.0.0', 'root': {}}", "c:1:33: root.path: is missing" },
        { "{'ociVersion': '2.0.0', 'root': {'path': 'r'}}",
          "c:1:16: ociVersion: expected version 1, got 2.0.0" },
        { "{'ociVersion': '10.0', 'root': {'path': 'r'}}",
          "c:1:16: ociVersion: expected version 1, got 10.0" },
        { "{'ociVersion': '1.0.0', 'root': {'path': 'r'}", "c:1:46: premature EOF" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals), "%s");
}

static void test_decode_process_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "'args': 'sh'", "c:2:9: process.args: expected an array, got a string" },
        { "'env': ['A=1', 'B']", "c:2:16: process.env[1]: expected NAME=VALUE" },
        { "'env': ['=1']", "c:2:9: process.env[0]: expected NAME=VALUE" },
        { "'env': ['']", "c:2:9: process.env[0]: expected NAME=VALUE" },
        { "'terminal': 1", "c:2:13: process.terminal: expected a boolean, got a number" },
        { "'consoleSize': {'height': 65536, 'width': 1}",
          "c:2:27: process.consoleSize.height: expected 0..65535, got 65536" },
        { "'user': {'uid': -1}", "c:2:17: process.user.uid: expected 0..4294967294, got -1" },
        { "'user': {'uid': 4294967295}",
          "c:2:17: process.user.uid: expected 0..4294967294, got 4294967295" },
        { "'user': {'gid': 1.5}", "c:2:17: process.user.gid: expected 0..4294967294, got 1.5" },
        { "'user': {'gid': 1e3}", "c:2:17: process.user.gid: expected 0..4294967294, got 1e3" },
        { "'user': {'uid': '0'}", "c:2:17: process.user.uid: expected a number, got a string" },
        { "'user': {'umask': 4096}", "c:2:19: process.user.umask: expected 0..4095, got 4096" },
        { "'user': {'additionalGids': [1, -2]}",
          "c:2:32: process.user.additionalGids[1]: expected 0..4294967294, got -2" },
        { "'capabilities': ['CAP_CHOWN']",
          "c:2:17: process.capabilities: expected an object, got an array" },
        { "'capabilities': {'bounding': [1]}",
          "c:2:31: process.capabilities.bounding[0]: expected a string, got a number" },
        { "'rlimits': [{'type': 'RLIMIT_X', 'soft': 1, 'hard': 1}]",
          "c:2:22: process.rlimits[0].type: unknown limit RLIMIT_X" },
        { "'rlimits': [{'type': 'RLIMIT_CORE', 'soft': 1}]",
          "c:2:13: process.rlimits[0].hard: is missing" },
        { "'rlimits': [{'type': 'RLIMIT_CORE', 'soft': 2, 'hard': 1}]",
          "c:2:45: process.rlimits[0].soft: expected at most the hard limit 1, got 2" },
        { "'rlimits': [{'type': 'RLIMIT_CORE', 'soft': 0, 'hard': 18446744073709551616}]",
          "c:2:56: process.rlimits[0].hard: expected 0..18446744073709551615, got "
          "18446744073709551616" },
        { "'rlimits': [{'type': 'RLIMIT_CORE', 'soft': 1, 'hard': 1}, {'type': 'RLIMIT_CORE', "
          "'soft': 2, 'hard': 2}]",
          "c:2:60: process.rlimits[1]: RLIMIT_CORE stands twice" },
        { "'oomScoreAdj': 1001", "c:2:16: process.oomScoreAdj: expected -1000..1000, got 1001" },
        { "'scheduler': {'nice': 1}", "c:2:14: process.scheduler.policy: is missing" },
        { "'scheduler': {'policy': 'SCHED_OTHER', 'nice': 20}",
          "c:2:48: process.scheduler.nice: expected -20..19, got 20" },
        { "'ioPriority': {'class': 'IOPRIO_CLASS_BE', 'priority': 8}",
          "c:2:56: process.ioPriority.priority: expected 0..7, got 8" },
        { "'execCPUAffinity': {'initial': 3}",
          "c:2:32: process.execCPUAffinity.initial: expected a string, got a number" },
        { "'user': {'uid': 1}, 'user': {'uid': 0}",
          "c:2:29: the key \"user\" stands twice in one object" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals), PROCESS);
}

static void test_decode_cwd_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "{}", "c:2:1: process.cwd: is missing" },
        { "{'cwd': 'tmp'}", "c:2:9: process.cwd: expected an absolute path, got tmp" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals),
                   "{'ociVersion':'1.2.0','root':{'path':'r'},'process':\n%s}");
}

static void test_decode_linux_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "'namespaces': [{}]", "c:2:16: linux.namespaces[0].type: is missing" },
        { "'namespaces': ['pid']",
          "c:2:16: linux.namespaces[0]: expected an object, got a string" },
        { "'namespaces': [{'type': 'net'}]",
          "c:2:25: linux.namespaces[0].type: unknown namespace net" },
        { "'namespaces': [{'type': 'pid', 'path': 'x'}]",
          "c:2:40: linux.namespaces[0].path: expected an absolute path, got x" },
        { "'namespaces': [{'type': 'pid'}, {'type': 'pid', 'path': '/x'}]",
          "c:2:33: linux.namespaces[1]: a second entry for the pid namespace" },
        { "'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 0}]",
          "c:2:57: linux.uidMappings[0].size: expected 1..4294967295, got 0" },
        { "'gidMappings': [{'containerID': 0, 'hostID': 2, 'size': 4294967294}]",
          "c:2:57: linux.gidMappings[0].size: 4294967294 ids go beyond the greatest one" },
        { "'gidMappings': [{'containerID': 4294967294, 'hostID': 0, 'size': 2}]",
          "c:2:66: linux.gidMappings[0].size: 2 ids go beyond the greatest one" },
        { "'timeOffsets': {'monotonic': {'secs': 1, 'nanosecs': 1000000000}}",
          "c:2:54: linux.timeOffsets.monotonic.nanosecs: expected 0..999999999, got 1000000000" },
        { "'devices': [{'type': 'a', 'path': '/dev/x'}]",
          "c:2:22: linux.devices[0].type: expected c, b, u or p, got a" },
        { "'devices': [{'type': 'c', 'path': 'dev/x'}]",
          "c:2:35: linux.devices[0].path: expected an absolute path, got dev/x" },
        { "'devices': [{'type': 'c', 'path': '/dev/x', 'major': 4097}]",
          "c:2:54: linux.devices[0].major: expected 0..4095, got 4097" },
        { "'maskedPaths': ['/a', 'b']",
          "c:2:23: linux.maskedPaths[1]: expected an absolute path, got b" },
        { "'readonlyPaths': ['']",
          "c:2:19: linux.readonlyPaths[0]: expected an absolute path, got " },
        { "'sysctl': {'net.core.somaxconn': 1}",
          "c:2:34: linux.sysctl[\"net.core.somaxconn\"]: expected a string, got a number" },
        { "'intelRdt': 1", "c:2:13: linux.intelRdt: expected an object, got a number" },
        { "'seccomp': {}", "c:2:12: linux.seccomp.defaultAction: is missing" },
        { "'seccomp': {'defaultAction': 'A', 'syscalls': [{'names': ['a']}]}",
          "c:2:48: linux.seccomp.syscalls[0].action: is missing" },
        { "'seccomp': {'defaultAction': 'A', 'syscalls': [{'names': ['a'], 'action': 'B', 'args': "
          "[{'index': 6, 'value': 0, 'op': 'C'}]}]}",
          "c:2:99: linux.seccomp.syscalls[0].args[0].index: expected 0..5, got 6" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals), LINUX);
}

static void test_decode_resources_refuses(void **state)
{
    static const struct refusal refusals[] = {
        { "'devices': [{}]", "c:2:13: linux.resources.devices[0].allow: is missing" },
        { "'devices': [{'allow': true, 'type': 'u'}]",
          "c:2:37: linux.resources.devices[0].type: expected a, b or c, got u" },
        { "'devices': [{'allow': true, 'access': 'rx'}]",
          "c:2:39: linux.resources.devices[0].access: expected letters of rwm, got rx" },
        { "'devices': [{'allow': true, 'major': -2}]",
          "c:2:38: linux.resources.devices[0].major: expected -1..4095, got -2" },
        { "'devices': [{'allow': true, 'minor': 1048576}]",
          "c:2:38: linux.resources.devices[0].minor: expected -1..1048575, got 1048576" },
        { "'memory': {'limit': -2}",
          "c:2:21: linux.resources.memory.limit: expected -1..9223372036854775807, got -2" },
        { "'memory': {'swap': 9223372036854775808}",
          "c:2:20: linux.resources.memory.swap: expected -1..9223372036854775807, got "
          "9223372036854775808" },
        { "'memory': {'swappiness': 101}",
          "c:2:26: linux.resources.memory.swappiness: expected 0..100, got 101" },
        { "'cpu': {'shares': -1}",
          "c:2:19: linux.resources.cpu.shares: expected 0..18446744073709551615, got -1" },
        { "'cpu': {'cpus': 0}",
          "c:2:17: linux.resources.cpu.cpus: expected a string, got a number" },
        { "'pids': 5", "c:2:9: linux.resources.pids: expected an object, got a number" },
        { "'pids': {'limit': -2}",
          "c:2:19: linux.resources.pids.limit: expected -1..9223372036854775807, got -2" },
        { "'blockIO': {'weight': 1001}",
          "c:2:23: linux.resources.blockIO.weight: expected 0..1000, got 1001" },
        { "'blockIO': {'throttleReadBpsDevice': [{'major': 8, 'minor': 0}]}",
          "c:2:39: linux.resources.blockIO.throttleReadBpsDevice[0].rate: is missing" },
        { "'hugepageLimits': [{'pageSize': '2MB'}]",
          "c:2:20: linux.resources.hugepageLimits[0].limit: is missing" },
        { "'network': {'classID': 4294967296}",
          "c:2:24: linux.resources.network.classID: expected 0..4294967295, got 4294967296" },
        { "'rdma': {'mlx5_0': {'hcaHandles': -1}}",
          "c:2:35: linux.resources.rdma.mlx5_0.hcaHandles: expected 0..4294967295, got -1" },
        { "'rdma': {'mlx5_0': 3}",
          "c:2:20: linux.resources.rdma.mlx5_0: expected an object, got a number" },
        { "'unified': {'memory.high': 1}",
          "c:2:28: linux.resources.unified[\"memory.high\"]: expected a string, got a number" },
    };

    (void)state;
    check_refusals(refusals, ARRAY_SIZE(refusals),
                   "{'ociVersion':'1.2.0','root':{'path':'r'},'linux':{'resources':{\n%s\n}}}");
}

/* The kernel takes 131071 bytes and the NUL. */
static void test_decode_environment_length_is_bounded(void **state)
{
    struct arena arena = { 0 };
    char *value = arena_alloc(&arena, 131072);
    struct spec spec;
    struct error err;
    const char *text;

    (void)state;
    memset(value, 'x', 131071 - 2);
    text = quoted(&arena,
                  arena_format(&arena, "{'cwd':'/','env':['A=%s'],'args':['%s']}", value, value));
    assert_int_equal(spec_decode_process(&arena, "p", text, strlen(text), &spec, &err), 0);
    text = quoted(&arena, arena_format(&arena, "{'cwd':'/','env':['A=%sx']}", value));
    assert_int_equal(spec_decode_process(&arena, "p", text, strlen(text), &spec, &err), -EINVAL);
    assert_string_equal(err.text,
                        "p:1:19: process.env[0]: longer than the kernel's limit of 131071 bytes");
    text = quoted(&arena, arena_format(&arena, "{'cwd':'/','args':['','%sxxx']}", value));
    assert_int_equal(spec_decode_process(&arena, "p", text, strlen(text), &spec, &err), -EINVAL);
    assert_string_equal(err.text,
                        "p:1:23: process.args[1]: longer than the kernel's limit of 131071 bytes");
    arena_release(&arena);
}

static void test_decode_sections_alone_name_whole_paths(void **state)
{
    struct arena arena = { 0 };
    struct spec spec;
    struct error err;
    const char *text;

    (void)state;
    text = quoted(&arena, "{'cwd': '/',\n 'user': {'uid': -1}}");
    assert_int_equal(spec_decode_process(&arena, "p", text, strlen(text), &spec, &err), -EINVAL);
    assert_string_equal(err.text, "p:2:18: process.user.uid: expected 0..4294967294, got -1");
    assert_int_equal(spec_decode_process(&arena, "p", "[]", 2, &spec, &err), -EINVAL);
    assert_string_equal(err.text, "p:1:1: process: expected an object, got an array");
    assert_int_equal(spec_decode_process(&arena, "p", "null", 4, &spec, &err), -EINVAL);
    assert_string_equal(err.text, "p:1:1: process: is missing");
    text = quoted(&arena, "{'pids': {'limit': 'x'}}");
    assert_int_equal(spec_decode_resources(&arena, "-", text, strlen(text), &spec, &err), -EINVAL);
    assert_string_equal(err.text,
                        "-:1:20: linux.resources.pids.limit: expected a number, got a string");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_top_level_refuses),
        cmocka_unit_test(test_decode_whole_document_refuses),
        cmocka_unit_test(test_decode_process_refuses),
        cmocka_unit_test(test_decode_cwd_refuses),
        cmocka_unit_test(test_decode_linux_refuses),
        cmocka_unit_test(test_decode_resources_refuses),
        cmocka_unit_test(test_decode_environment_length_is_bounded),
        cmocka_unit_test(test_decode_sections_alone_name_whole_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
