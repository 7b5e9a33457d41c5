/* SPDX-License-Identifier: Apache-2.0
 *
 * Encoding is the inverse of decoding, for a document that has every member there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/spec/decode.h"
#include "agentrun/spec/default.h"
#include "agentrun/spec/encode.h"
#include "quoted.h"

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

#define MAPPING "[{'containerID':0,'hostID':100000,'size':65536}]"
#define HOOK    "[{'path':'/hook','args':['hook','a'],'env':['A=b'],'timeout':30},{'path':'/b'}]"
#define DEVICE  "[{'major':8,'minor':16,'rate':18446744073709551615}]"

#define PROCESS                                                                                    \
    "{'terminal':true,'consoleSize':{'height':24,'width':80},'user':{'uid':1,'gid':2,'umask':18,"  \
    "'additionalGids':[3,4]},'args':['sh','-c',''],'env':['A=b'],'cwd':'/','capabilities':{"       \
    "'bounding':['CAP_CHOWN','CAP_SYS_ADMIN','CAP_UNHEARD_OF'],'effective':[],'inheritable':["     \
    "'CAP_KILL'],'permitted':['CAP_KILL'],'ambient':['CAP_CHECKPOINT_RESTORE']},'rlimits':[{"      \
    "'type':'RLIMIT_NOFILE','hard':2,'soft':1}],'noNewPrivileges':false,'apparmorProfile':'p',"    \
    "'selinuxLabel':'l','oomScoreAdj':0,'scheduler':{'policy':'SCHED_OTHER','nice':0,"             \
    "'priority':0,'flags':['f'],'runtime':1,'deadline':2,'period':3},'ioPriority':{'class':'c',"   \
    "'priority':0},'execCPUAffinity':{'initial':'0','final':'1'}}"

#define RESOURCES                                                                                  \
    "{'devices':[{'allow':false,'type':'a','major':-1,'minor':-1,'access':'rwm'}],'memory':{"      \
    "'limit':-1,'reservation':0,'swap':2,'kernel':3,'kernelTCP':4,'swappiness':0,"                 \
    "'disableOOMKiller':false,'useHierarchy':true,'checkBeforeUpdate':true},'cpu':{'shares':0,"    \
    "'quota':-1,'burst':1,'period':100000,'realtimeRuntime':0,'realtimePeriod':1,'idle':0,"        \
    "'cpus':'0','mems':'0'},'pids':{'limit':0},'blockIO':{'weight':0,'leafWeight':10,"             \
    "'weightDevice':[{'major':8,'minor':0,'weight':10,'leafWeight':11}],"                          \
    "'throttleReadBpsDevice':" DEVICE ",'throttleWriteBpsDevice':" DEVICE                          \
    ",'throttleReadIOPSDevice':" DEVICE ",'throttleWriteIOPSDevice':" DEVICE                       \
    "},'hugepageLimits':[{'pageSize':'2MB','limit':0}],'network':{'classID':1,'priorities':["      \
    "{'name':'lo','priority':0}]},'rdma':{'x':{'hcaHandles':1,'hcaObjects':2}},'unified':{"        \
    "'memory.high':'1','a':''}}"

/* In the order and form in which it is written. */
static const char everything[] =
    "{'ociVersion':'1.3.0','process':" PROCESS ",'root':{'path':'rootfs','readonly':true},"
    "'hostname':'h','domainname':'d','mounts':[{'destination':'/a','type':'bind','source':'/b',"
    "'options':['ro'],'uidMappings':" MAPPING ",'gidMappings':" MAPPING "},{'destination':'/c'}],"
    "'hooks':{'prestart':" HOOK ",'createRuntime':" HOOK ",'createContainer':" HOOK
    ",'startContainer':" HOOK ",'poststart':" HOOK ",'poststop':" HOOK
    "},'annotations':{'a.b':'c','\\u0001\\\\':''},'linux':{'namespaces':[{'type':'mount'},{'type':"
    "'pid','path':'/p'},{'type':'network'},{'type':'ipc'},{'type':'uts'},{'type':'user'},{'type':"
    "'cgroup'},{'type':'time'}],'uidMappings':" MAPPING ",'gidMappings':" MAPPING
    ",'timeOffsets':{'monotonic':{'secs':-1,'nanosecs':1},'boottime':{'secs':0}},'devices':[{"
    "'type':'c','path':'/dev/x','major':1,'minor':0,'fileMode':438,'uid':0,'gid':0}],"
    "'cgroupsPath':'/c','resources':" RESOURCES ",'rootfsPropagation':'private','seccomp':{"
    "'defaultAction':'A','defaultErrnoRet':1,'architectures':['a'],'flags':['f'],'listenerPath':"
    "'/l','listenerMetadata':'m','syscalls':[{'names':['read'],'action':'B','errnoRet':0,'args':["
    "{'index':0,'value':0,'op':'C'},{'index':5,'value':1,'valueTwo':2,'op':'C'}]},{'action':'D'}]}"
    ",'sysctl':{'a.b':'1'},'maskedPaths':['/m'],'readonlyPaths':['/r'],'mountLabel':'l',"
    "'intelRdt':{},'personality':{},'netDevices':{},'memoryPolicy':{}},'solaris':{},'windows':{},"
    "'vm':{},'zos':{},'freebsd':{}}";

static void decode(const char *text, struct spec *out_spec)
{
    struct error err;

    if (spec_decode(&arena, "c", text, strlen(text), out_spec, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(out_spec->n_unknown_fields, 0);
}

static const char *encode(const struct spec *spec)
{
    struct json_writer *writer = json_writer_new(&arena, false);

    spec_encode(writer, spec);
    return json_writer_finish(writer, NULL);
}

static void test_encode_everything_comes_out_as_it_went_in(void **state)
{
    const char *text = quoted(&arena, everything);
    struct spec spec;

    (void)state;
    decode(text, &spec);
    assert_string_equal(encode(&spec), text);
}

static void test_encode_sections_alone(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    const char *process = quoted(&arena, PROCESS), *resources = quoted(&arena, RESOURCES);
    struct spec spec;
    struct error err;

    (void)state;
    assert_int_equal(spec_decode_process(&arena, "p", process, strlen(process), &spec, &err), 0);
    spec_encode_process(writer, &spec.process);
    assert_string_equal(json_writer_finish(writer, NULL), process);
    writer = json_writer_new(&arena, false);
    assert_int_equal(spec_decode_resources(&arena, "r", resources, strlen(resources), &spec, &err),
                     0);
    spec_encode_resources(writer, &spec.linux.resources);
    assert_string_equal(json_writer_finish(writer, NULL), resources);
}

static void test_encode_leaves_out_what_is_absent(void **state)
{
    struct spec spec;

    (void)state;
    decode(quoted(&arena, "{'ociVersion':'1.0.0','root':{'path':'r','readonly':false},'hooks':{},"
                          "'mounts':[],'hostname':'','annotations':{},'linux':{'resources':{"
                          "'pids':{},'network':{'priorities':[]}},'timeOffsets':{}}}"),
           &spec);
    assert_string_equal(encode(&spec),
                        quoted(&arena, "{'ociVersion':'1.0.0','root':{'path':'r'},'linux':{"
                                       "'resources':{}}}"));
}

/* That a section was there is not lost, even when nothing is in it. */
static void test_encode_keeps_empty_sections(void **state)
{
    const char *text =
        quoted(&arena, "{'ociVersion':'1.0.0','process':{'user':{'uid':0,'gid':0},"
                       "'cwd':'/','capabilities':{}},'root':{'path':'r'},'linux':{}}");
    struct spec spec;

    (void)state;
    decode(text, &spec);
    assert_string_equal(encode(&spec), text);
}

/* Names that no set can show stay with the first one that is there. */
static void test_encode_unknown_capabilities_survive(void **state)
{
    const char *text = quoted(&arena, "{'cwd':'/','capabilities':{'permitted':['CAP_KILL','CAP_A'],"
                                      "'ambient':['CAP_A','CAP_B']}}");
    const char *expected = quoted(&arena, "{'user':{'uid':0,'gid':0},'cwd':'/','capabilities':{"
                                          "'permitted':['CAP_KILL','CAP_A','CAP_A','CAP_B'],"
                                          "'ambient':[]}}");

    (void)state;
    for (int round = 0; round < 2; round++) {
        struct json_writer *writer = json_writer_new(&arena, false);
        struct spec spec;
        struct error err;

        assert_int_equal(spec_decode_process(&arena, "p", text, strlen(text), &spec, &err), 0);
        spec_encode_process(writer, &spec.process);
        text = json_writer_finish(writer, NULL);
        assert_string_equal(text, expected);
    }
}

static void test_encode_default_document_is_valid(void **state)
{
    struct spec spec, again;

    (void)state;
    spec_default(&arena, false, &spec);
    decode(encode(&spec), &again);
    assert_string_equal(encode(&again), encode(&spec));
    assert_string_equal(again.process.args[0], "sh");
    assert_true(again.process.terminal);
    assert_true(again.root.readonly);
    assert_true(again.linux.namespaces[NAMESPACE_NETWORK].is_set);
    assert_false(again.linux.namespaces[NAMESPACE_USER].is_set);
    assert_int_equal(again.n_mounts, 7);
}

static void test_encode_default_rootless_document_maps_the_caller(void **state)
{
    struct spec spec, again;

    (void)state;
    spec_default(&arena, true, &spec);
    decode(encode(&spec), &again);
    assert_string_equal(encode(&again), encode(&spec));
    assert_true(again.linux.namespaces[NAMESPACE_USER].is_set);
    assert_false(again.linux.namespaces[NAMESPACE_NETWORK].is_set);
    assert_int_equal(again.linux.uid_mappings[0].host_id, geteuid());
    assert_int_equal(again.linux.gid_mappings[0].host_id, getegid());
    assert_false(again.linux.resources.is_set);
    assert_int_equal(again.n_mounts, 7);
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_encode_everything_comes_out_as_it_went_in),
        TEST(test_encode_sections_alone),
        TEST(test_encode_leaves_out_what_is_absent),
        TEST(test_encode_keeps_empty_sections),
        TEST(test_encode_unknown_capabilities_survive),
        TEST(test_encode_default_document_is_valid),
        TEST(test_encode_default_rootless_document_maps_the_caller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
