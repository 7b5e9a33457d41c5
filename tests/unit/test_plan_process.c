/* SPDX-License-Identifier: Apache-2.0
 *
 * The program, its hooks, its namespaces.
 */
#include <linux/sched.h>
#include <sys/resource.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/process.h"
#include "plan_fixture.h"

/* The candidates joined by blanks. */
static const char *candidates(struct arena *arena, const char *command, const char *env)
{
    struct plan plan =
        fixture_plan(arena, arena_format(arena, "'process':{'cwd':'/w','args':['%s'],'env':[%s]}",
                                         command, env));
    const char *text = "";

    for (size_t i = 0; i < plan.process.n_candidates; i++)
        text = arena_format(arena, "%s%s%s", text, i ? " " : "", plan.process.candidates[i]);
    assert_int_equal(plan.process.searched_in_path, !strchr(command, '/'));
    return text;
}

static void test_candidates_each_form(void **state)
{
    static const struct {
        const char *command, *env, *candidates;
    } cases[] = {
        { "sh", "'PATH=/usr/bin:/bin'", "/usr/bin/sh /bin/sh" },
        { "sh", "'PATH=/first','PATH=/last'", "/last/sh" },
        { "sh", "'PATH=:.:bin:/bin:./x:'", "/bin/sh" },
        { "sh", "'PATH='", "" },
        { "sh", "'XPATH=/bin','PATHX=/bin'", "" },
        { "/bin/sh", "'PATH=/usr/bin'", "/bin/sh" },
        { "./sh", "'PATH=/usr/bin'", "/w/./sh" },
        { "bin/sh", "", "/w/bin/sh" },
        { "", "'PATH=/bin'", "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena arena = { 0 };

        assert_string_equal(candidates(&arena, cases[i].command, cases[i].env),
                            cases[i].candidates);
        arena_release(&arena);
    }
}

static void test_process_is_carried(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena,
        "'process':{'terminal':true,'consoleSize':{'height':24,'width':80},'cwd':'/w',"
        "'args':['a','b'],'env':['X=1'],'user':{'uid':1,'gid':2,'umask':63,'additionalGids':[3,4]},"
        "'capabilities':{'bounding':['CAP_KILL'],'permitted':['CAP_CHOWN']},"
        "'rlimits':[{'type':'RLIMIT_NOFILE','soft':10,'hard':20}],'oomScoreAdj':-5,"
        "'apparmorProfile':'p','selinuxLabel':''}");
    const struct plan_process *process = &plan.process;

    (void)state;
    assert_true(plan.has_process);
    assert_string_equal(process->argv[1], "b");
    assert_null(process->argv[2]);
    assert_string_equal(process->envp[0], "X=1");
    assert_null(process->envp[1]);
    assert_int_equal(process->uid, 1);
    assert_int_equal(process->gid, 2);
    assert_int_equal(process->umask, 077);
    assert_int_equal(process->n_groups, 2);
    assert_int_equal(process->groups[1], 4);
    assert_int_equal(process->capabilities.bounding, 1 << 5);
    assert_int_equal(process->capabilities.permitted, 1);
    assert_int_equal(process->capabilities.effective, 0);
    assert_int_equal(process->rlimits[0].resource, RLIMIT_NOFILE);
    assert_int_equal(process->rlimits[0].hard, 20);
    assert_true(process->has_oom_score_adj);
    assert_int_equal(process->oom_score_adj, -5);
    assert_true(process->terminal && process->has_console_size);
    assert_int_equal(process->console_width, 80);
    assert_string_equal(process->apparmor_profile, "p");
    assert_null(process->selinux_label);
    arena_release(&arena);
}

static void test_process_defaults(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(&arena, "'process':{'cwd':'/','args':['a']}");
    struct plan none = fixture_plan(&arena, "");

    (void)state;
    assert_int_equal(plan.process.umask, 022);
    assert_int_equal(plan.process.n_groups, 0);
    assert_false(plan.process.has_oom_score_adj);
    assert_false(none.has_process);
    arena_release(&arena);
}

static void test_filters_ours_always_callers_when_given(void **state)
{
    struct arena arena = { 0 };
    struct plan without = fixture_plan(&arena, "'process':{'cwd':'/','args':['a']}");
    struct plan with =
        fixture_plan(&arena, "'process':{'cwd':'/','args':['a']},'linux':{'seccomp':{"
                             "'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['getcwd'],"
                             "'action':'SCMP_ACT_ERRNO'}]}}");

    (void)state;
    assert_true(without.process.filters[PLAN_FILTER_DENYLIST].n_instructions > 0);
    assert_true(without.process.filters[PLAN_FILTER_ENOSYS].n_instructions > 0);
    assert_int_equal(without.process.filters[PLAN_FILTER_CALLER].n_instructions, 0);
    assert_true(with.process.filters[PLAN_FILTER_CALLER].n_instructions > 0);
    arena_release(&arena);
}

static void test_landlock_by_version(void **state)
{
    (void)state;
    assert_int_equal(process_landlock(0).scoped, 0);
    assert_int_equal(process_landlock(5).scoped, 0);
    assert_int_equal(process_landlock(6).scoped, 3);
    assert_int_equal(process_landlock(99).scoped, 3);
    assert_int_equal(process_landlock(99).handled_access_net, 0);
}

static void test_senseless_process_is_refused(void **state)
{
    (void)state;
    fixture_refuse("'process':{'cwd':'/','args':[]}", "process.args: must not be empty");
    fixture_refuse("'process':{'cwd':'/','args':['a']},'linux':{'seccomp':{"
                   "'defaultAction':'SCMP_ACT_ALLOW','architectures':['SCMP_ARCH_PDP11']}}",
                   "linux.seccomp.architectures[0]: unknown architecture "
                   "'SCMP_ARCH_PDP11'");
}

/* --- hooks ---------------------------------------------------------------------------------- */

static void test_hooks_are_carried_with_a_timeout(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'hooks':{'prestart':[{'path':'/a','args':['x','y'],'env':['E=1'],'timeout':7},"
                "{'path':'/b'}],'poststop':[{'path':'/c'}]}");
    const struct plan_hook_list *prestart = &plan.hooks[PLAN_HOOK_PRESTART];

    (void)state;
    assert_int_equal(prestart->n_hooks, 2);
    assert_string_equal(prestart->hooks[0].argv[1], "y");
    assert_string_equal(prestart->hooks[0].envp[0], "E=1");
    assert_int_equal(prestart->hooks[0].timeout_ms, 7000);
    assert_string_equal(prestart->hooks[1].argv[0], "/b");
    assert_null(prestart->hooks[1].argv[1]);
    assert_null(prestart->hooks[1].envp[0]);
    assert_int_equal(prestart->hooks[1].timeout_ms, 30000);
    assert_int_equal(plan.hooks[PLAN_HOOK_POSTSTOP].n_hooks, 1);
    assert_int_equal(plan.hooks[PLAN_HOOK_CREATE_RUNTIME].n_hooks, 0);
    arena_release(&arena);
}

/* --- namespaces ----------------------------------------------------------------------------- */

static void test_namespaces_become_flags(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'hostname':'h','linux':{'namespaces':[{'type':'mount'},{'type':'pid'},"
                "{'type':'network'},{'type':'ipc'},{'type':'uts'},{'type':'cgroup'},"
                "{'type':'time'}],'timeOffsets':{'boottime':{'secs':-5,'nanosecs':7}}}");

    (void)state;
    assert_int_equal(plan.clone_flags, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                                           CLONE_NEWUTS | CLONE_NEWTIME);
    assert_true(plan.new_cgroup_namespace);
    assert_string_equal(plan.time_offsets, "boottime -5 7\n");
    assert_string_equal(plan.hostname, "h");
    assert_null(plan.uid_map);
    assert_int_equal(plan.root_uid, 0);
    arena_release(&arena);
}

static void test_user_namespace_has_maps(void **state)
{
    struct arena arena = { 0 };
    struct plan plan =
        fixture_plan(&arena, "'linux':{'namespaces':[{'type':'user'}],"
                             "'uidMappings':[{'containerID':1,'hostID':5,'size':1},"
                             "{'containerID':0,'hostID':1000,'size':1}],"
                             "'gidMappings':[{'containerID':0,'hostID':2000,'size':65536}]}");

    (void)state;
    assert_string_equal(plan.uid_map, "1 5 1\n0 1000 1\n");
    assert_string_equal(plan.gid_map, "0 2000 65536\n");
    assert_int_equal(plan.root_uid, 1000);
    assert_int_equal(plan.root_gid, 2000);
    assert_false(plan.deny_setgroups);
    arena_release(&arena);
}

static void test_sysctl_names(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'linux':{'sysctl':{'net.ipv4.ip_forward':'1','net/ipv4/conf/eth0.1/rp_filter':'2',"
                "'net.ipv4.conf.eth0/1.rp_filter':'3'}}");

    (void)state;
    assert_int_equal(plan.n_sysctls, 3);
    assert_string_equal(plan.sysctls[0].path, "net/ipv4/ip_forward");
    assert_string_equal(plan.sysctls[1].path, "net/ipv4/conf/eth0.1/rp_filter");
    assert_string_equal(plan.sysctls[2].path, "net/ipv4/conf/eth0.1/rp_filter");
    assert_string_equal(plan.sysctls[2].value, "3");
    arena_release(&arena);
}

static void test_senseless_namespaces_are_refused(void **state)
{
    (void)state;
    fixture_refuse("'linux':{'namespaces':[{'type':'pid','path':'/proc/1/ns/pid'}]}",
                   "linux.namespaces (pid): joining the namespace '/proc/1/ns/pid' is not "
                   "supported");
    fixture_refuse("'hostname':'h'", "hostname: unable to set it without a private UTS "
                                     "namespace");
    fixture_refuse("'linux':{'namespaces':[{'type':'user'}]}",
                   "linux.uidMappings: a user namespace needs a mapping for id 0");
    fixture_refuse("'linux':{'sysctl':{'net/../kernel/x':'1'}}",
                   "linux.sysctl: 'net/../kernel/x' is not the name of a sysctl");
}

static void test_decoy_each_kind(void **state)
{
    struct arena arena = { 0 };
    struct cgroup_host host = fixture_host(CGROUP_V1);
    struct spec spec = fixture_spec(&arena, "");
    struct plan_request request = fixture_request(&arena, &spec, &host);
    struct plan plan;
    struct error err;

    (void)state;
    assert_int_equal(plan_build(&arena, &request, &plan, &err), 0);
    assert_int_equal(plan.decoy, PLAN_DECOY_NONE);
    request.engine_looks = true;
    assert_int_equal(plan_build(&arena, &request, &plan, &err), 0);
    assert_int_equal(plan.decoy, PLAN_DECOY_FRESH);
    assert_int_equal(plan.n_descriptors, 1);
    request.decoy_fd = 30;
    request.decoy_path = "/run/netns/x";
    assert_int_equal(plan_build(&arena, &request, &plan, &err), 0);
    assert_int_equal(plan.decoy, PLAN_DECOY_PATH);
    assert_int_equal(plan.descriptors[plan.decoy_descriptor].fd, 30);
    assert_int_equal(plan.descriptors[plan.root].fd, 10);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_candidates_each_form),
        cmocka_unit_test(test_process_is_carried),
        cmocka_unit_test(test_process_defaults),
        cmocka_unit_test(test_filters_ours_always_callers_when_given),
        cmocka_unit_test(test_landlock_by_version),
        cmocka_unit_test(test_senseless_process_is_refused),
        cmocka_unit_test(test_hooks_are_carried_with_a_timeout),
        cmocka_unit_test(test_namespaces_become_flags),
        cmocka_unit_test(test_user_namespace_has_maps),
        cmocka_unit_test(test_sysctl_names),
        cmocka_unit_test(test_senseless_namespaces_are_refused),
        cmocka_unit_test(test_decoy_each_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
