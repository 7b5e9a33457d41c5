/* SPDX-License-Identifier: Apache-2.0
 *
 * linux.resources → what is written into which file, in which order.
 */
#include "agentrun/base/scope.h"
#include "agentrun/plan/cgroups.h"
#include "agentrun/plan/cgroups_v2.h"
#include "agentrun/plan/text.h"
#include "plan_fixture.h"

/* One line per write: "file=value", with "?" behind what may be missing, "!" what may be refused.
 */
static const char *write_list(struct arena *arena, const struct plan_cgroup *cgroup)
{
    struct text text = { .arena = arena };

    text_add(&text, "%s", "");
    for (size_t i = 0; i < cgroup->n_writes; i++) {
        const struct cgroup_write *write = &cgroup->writes[i];

        text_add(&text, "%s%s=%s%s%s", i ? " | " : "", write->file, write->value,
                 write->may_be_missing ? "?" : "", write->may_be_refused ? "!" : "");
    }
    return text.start ? text.start : "";
}

struct resources_case {
    const char *resources, *writes;
};

static void check(const struct resources_case *cases, size_t n_cases, enum cgroup_version version,
                  bool is_new)
{
    for (size_t i = 0; i < n_cases; i++) {
        struct arena arena = { 0 };
        struct cgroup_host host = fixture_host(version);
        struct spec spec = fixture_spec(
            &arena, arena_format(&arena, "'linux':{'resources':{%s}}", cases[i].resources));
        struct plan_cgroup cgroup = { 0 };
        struct error err;

        if (cgroups_build_writes(&arena, &spec, &host, is_new, &cgroup, &err) < 0)
            fail_msg("%s: %s", cases[i].resources, err.text);
        assert_string_equal(write_list(&arena, &cgroup), cases[i].writes);
        arena_release(&arena);
    }
}

static void test_v1_new_group(void **state)
{
    static const struct resources_case cases[] = {
        { "", "" },
        { "'memory':{'limit':0,'swap':0,'reservation':0},'cpu':{'shares':0,'quota':0,'period':0},"
          "'pids':{'limit':0},'blockIO':{'weight':0}",
          "" },
        /* What a new group has anyway. */
        { "'memory':{'limit':-1,'swap':-1},'cpu':{'shares':1024,'quota':-1,'period':100000,"
          "'burst':0,'idle':0},'pids':{'limit':-1}",
          "" },
        { "'memory':{'limit':1000,'swap':1000}",
          "memory.limit_in_bytes=1000 | memory.memsw.limit_in_bytes=1000?" },
        { "'memory':{'limit':1000,'swap':1500}",
          "memory.limit_in_bytes=1000 | memory.memsw.limit_in_bytes=1500" },
        { "'memory':{'limit':1000}", "memory.limit_in_bytes=1000" },
        { "'memory':{'reservation':500,'swappiness':0,'kernel':7,'kernelTCP':8}",
          "memory.soft_limit_in_bytes=500 | memory.kmem.tcp.limit_in_bytes=8? | "
          "memory.swappiness=0?" },
        { "'memory':{'disableOOMKiller':true}", "memory.oom_control=1" },
        { "'cpu':{'shares':512,'quota':200000,'period':100000}",
          "cpu.shares=512 | cpu.cfs_quota_us=200000" },
        { "'cpu':{'quota':20000,'period':50000,'burst':100}",
          "cpu.cfs_period_us=50000 | cpu.cfs_quota_us=20000 | cpu.cfs_burst_us=100" },
        { "'cpu':{'shares':512,'idle':1}", "cpu.idle=1" },
        { "'cpu':{'realtimePeriod':9,'realtimeRuntime':8,'cpus':'0-1','mems':'0'}",
          "cpu.rt_period_us=9 | cpu.rt_runtime_us=8 | cpuset.cpus=0-1 | cpuset.mems=0" },
        { "'pids':{'limit':256}", "pids.max=256" },
        { "'blockIO':{'weight':100}", "blkio.weight=100?" },
        { "'blockIO':{'weight':300}", "blkio.weight=300? | blkio.bfq.weight=300?" },
        { "'blockIO':{'leafWeight':20,'weightDevice':[{'major':8,'minor':0,'weight':50,"
          "'leafWeight':60}]}",
          "blkio.leaf_weight=20? | blkio.weight_device=8:0 50 | blkio.leaf_weight_device=8:0 60" },
        { "'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':1,'rate':100}],"
          "'throttleWriteIOPSDevice':[{'major':8,'minor':2,'rate':0}]}",
          "blkio.throttle.read_bps_device=8:1 100 | blkio.throttle.write_iops_device=8:2 0" },
        { "'hugepageLimits':[{'pageSize':'2MB','limit':0}]",
          "hugetlb.2MB.limit_in_bytes=0 | hugetlb.2MB.rsvd.limit_in_bytes=0?" },
        { "'network':{'classID':5,'priorities':[{'name':'lo','priority':3}]}",
          "net_cls.classid=5 | net_prio.ifpriomap=lo 3" },
        { "'rdma':{'mlx4_0':{'hcaHandles':3,'hcaObjects':10}}",
          "rdma.max=mlx4_0 hca_handle=3 hca_object=10" },
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases), CGROUP_V1, true);
}

static void test_v1_update(void **state)
{
    static const struct resources_case cases[] = {
        /* Lowered: the first write does it. Raised: the last one does. */
        { "'memory':{'limit':1000,'swap':1000}",
          "memory.limit_in_bytes=1000! | memory.memsw.limit_in_bytes=1000? | "
          "memory.limit_in_bytes=1000" },
        { "'memory':{'limit':-1}", "memory.limit_in_bytes=-1! | memory.memsw.limit_in_bytes=-1? | "
                                   "memory.limit_in_bytes=-1" },
        { "'memory':{'limit':2000}", "memory.limit_in_bytes=2000" },
        { "'memory':{'limit':0,'swap':0}", "" },
        { "'cpu':{'quota':-1,'period':100000}",
          "cpu.cfs_period_us=100000! | cpu.cfs_quota_us=-1 | cpu.cfs_period_us=100000" },
        { "'cpu':{'shares':1024,'burst':0,'idle':0}",
          "cpu.idle=0 | cpu.shares=1024 | cpu.cfs_burst_us=0" },
        { "'pids':{'limit':-1}", "pids.max=max" },
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases), CGROUP_V1, false);
}

static void test_v2_new_group(void **state)
{
    static const struct resources_case cases[] = {
        { "", "" },
        { "'memory':{'limit':0,'swap':0,'reservation':0},'cpu':{'shares':0,'quota':0,'period':0},"
          "'pids':{'limit':0},'blockIO':{'weight':0}",
          "" },
        { "'memory':{'limit':-1,'swap':-1},'cpu':{'quota':-1,'period':100000,'burst':0,'idle':0},"
          "'pids':{'limit':-1}",
          "" },
        { "'memory':{'limit':1000,'swap':1000}", "memory.swap.max=0? | memory.max=1000" },
        { "'memory':{'limit':1000,'swap':1500}", "memory.swap.max=500 | memory.max=1000" },
        { "'memory':{'limit':1000,'swap':-1}", "memory.max=1000" },
        { "'memory':{'reservation':500,'swappiness':60,'disableOOMKiller':true}",
          "memory.low=500" },
        { "'cpu':{'shares':1024,'quota':200000,'period':100000}",
          "cpu.weight=39 | cpu.max=200000 100000" },
        { "'cpu':{'quota':200000}", "cpu.max=200000 100000" },
        { "'cpu':{'period':50000}", "cpu.max=max 50000" },
        { "'cpu':{'quota':1000,'period':50000,'burst':7}", "cpu.max=1000 50000 | cpu.max.burst=7" },
        { "'cpu':{'shares':512,'idle':1}", "cpu.idle=1" },
        { "'cpu':{'realtimePeriod':9,'realtimeRuntime':8,'cpus':'0-1','mems':'0'}",
          "cpuset.cpus=0-1 | cpuset.mems=0" },
        { "'pids':{'limit':256}", "pids.max=256" },
        { "'blockIO':{'weight':100}", "io.weight=910?" },
        { "'blockIO':{'weight':10,'weightDevice':[{'major':8,'minor':0,'weight':50}]}",
          "io.bfq.weight=10? | io.weight=1? | io.bfq.weight=8:0 50" },
        { "'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':1,'rate':100}],"
          "'throttleWriteBpsDevice':[{'major':8,'minor':1,'rate':200}],"
          "'throttleReadIOPSDevice':[{'major':8,'minor':1,'rate':300}],"
          "'throttleWriteIOPSDevice':[{'major':8,'minor':1,'rate':0}]}",
          "io.max=8:1 rbps=100 | io.max=8:1 wbps=200 | io.max=8:1 riops=300 | "
          "io.max=8:1 wiops=max" },
        { "'hugepageLimits':[{'pageSize':'1GB','limit':5}]",
          "hugetlb.1GB.max=5 | hugetlb.1GB.rsvd.max=5?" },
        { "'network':{'classID':5}", "" },
        { "'unified':{'memory.high':'77','io.max':'8:0 rbps=1\\n8:1 rbps=2'}",
          "memory.high=77 | io.max=8:0 rbps=1 | io.max=8:1 rbps=2" },
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases), CGROUP_V2, true);
}

static void test_v2_update(void **state)
{
    static const struct resources_case cases[] = {
        { "'memory':{'limit':-1}", "memory.swap.max=max? | memory.max=max" },
        { "'memory':{'limit':1000,'swap':1000}", "memory.swap.max=0? | memory.max=1000" },
        { "'cpu':{'quota':-1,'period':100000}", "cpu.max=max 100000" },
        { "'pids':{'limit':-1}", "pids.max=max" },
    };

    (void)state;
    check(cases, ARRAY_SIZE(cases), CGROUP_V2, false);
}

static void test_weights_are_converted(void **state)
{
    (void)state;
    assert_int_equal(cgroups_v2_cpu_weight(0), 1);
    assert_int_equal(cgroups_v2_cpu_weight(2), 1);
    assert_int_equal(cgroups_v2_cpu_weight(1024), 39);
    assert_int_equal(cgroups_v2_cpu_weight(262144), 10000);
    assert_int_equal(cgroups_v2_cpu_weight(UINT64_MAX), 10000);
    assert_int_equal(cgroups_v2_io_weight(0), 1);
    assert_int_equal(cgroups_v2_io_weight(10), 1);
    assert_int_equal(cgroups_v2_io_weight(1000), 10000);
    assert_int_equal(cgroups_v2_io_weight(UINT64_MAX), 10000);
}

static void refuse(enum cgroup_version version, const char *resources, const char *text)
{
    struct arena arena = { 0 };
    struct cgroup_host host = fixture_host(version);
    struct spec spec =
        fixture_spec(&arena, arena_format(&arena, "'linux':{'resources':{%s}}", resources));
    struct plan_cgroup cgroup = { .path = "untouched" };
    struct error err = { 0 };

    assert_true(cgroups_build_writes(&arena, &spec, &host, true, &cgroup, &err) < 0);
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in '%s'", text, err.text);
    assert_int_equal(cgroup.n_writes, 0);
    arena_release(&arena);
}

static void test_senseless_values_are_refused(void **state)
{
    static const char swap[] = "memory.swap: memory and swap together must not be less than memory";

    (void)state;
    refuse(CGROUP_V1, "'memory':{'limit':1000,'swap':900}", swap);
    refuse(CGROUP_V2, "'memory':{'limit':1000,'swap':900}", swap);
    refuse(CGROUP_V2, "'memory':{'swap':900}",
           "memory.swap: unable to set a swap limit without a memory limit");
    refuse(CGROUP_V1, "'unified':{'memory.high':'1'}", "cannot use unified on cgroup v1");
    refuse(CGROUP_V2, "'unified':{'../memory.max':'max'}", "must be a file name");
    refuse(CGROUP_V2, "'unified':{'':'max'}", "must be a file name");
    refuse(CGROUP_V1, "'hugepageLimits':[{'pageSize':'2MB/../x','limit':0}]",
           "hugepageLimits[0].pageSize: expected a number followed by KB, MB or GB");
}

static void test_missing_controller_is_an_error(void **state)
{
    struct arena arena = { 0 };
    struct cgroup_host host = fixture_host(CGROUP_V1);
    struct spec spec =
        fixture_spec(&arena, "'linux':{'resources':{'blockIO':{'weight':300},'pids':{'limit':5}}}");
    struct plan_cgroup cgroup = { 0 };
    struct error err = { 0 };

    (void)state;
    host.mount_points[CGROUP_IO] = NULL;
    assert_int_equal(cgroups_build_writes(&arena, &spec, &host, true, &cgroup, &err), 0);
    assert_string_equal(write_list(&arena, &cgroup), "pids.max=5");
    host.mount_points[CGROUP_PIDS] = NULL;
    assert_int_equal(cgroups_build_writes(&arena, &spec, &host, true, &cgroup, &err), -ENOTSUP);
    assert_string_equal(
        err.text, "linux.resources: this host has no control group controller for 'pids.max'");
    host.version = CGROUP_NONE;
    assert_int_equal(cgroups_build_writes(&arena, &spec, &host, true, &cgroup, &err), -ENOTSUP);
    arena_release(&arena);
}

static void test_path_each_form(void **state)
{
    static const struct {
        enum cgroup_version version;
        const char *asked, *path;
    } cases[] = {
        { CGROUP_V1, "/docker/abc", "/docker/abc" },
        { CGROUP_V2, "/docker/abc", "/docker/abc" },
        { CGROUP_V1, "/a/./b//../c/", "/a/c" },
        { CGROUP_V1, "/../../a", "/a" },
        { CGROUP_V1, "a/b", "/engine/service/a/b" },
        { CGROUP_V2, "a/b", "/engine/a/b" },
        { CGROUP_V1, "../../x", "/engine/service/x" },
        { CGROUP_V1, NULL, "/engine/service/c1" },
        { CGROUP_V2, "", "/engine/c1" },
        { CGROUP_V1, "/a:b:c", "/a:b:c" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena arena = { 0 };
        struct cgroup_host host = fixture_host(cases[i].version);
        struct spec spec = { .linux.cgroups_path = cases[i].asked };
        const char *path;
        struct error err;

        assert_int_equal(cgroups_path(&arena, &spec, &host, "c1", &path, &err), 0);
        assert_string_equal(path, cases[i].path);
        arena_release(&arena);
    }
}

static void test_path_systemd_and_root_are_refused(void **state)
{
    (void)state;
    fixture_refuse("'linux':{'cgroupsPath':'system.slice:docker:abc'}",
                   "linux.cgroupsPath: 'system.slice:docker:abc' names a unit of systemd, "
                   "which is not supported");
    fixture_refuse("'linux':{'cgroupsPath':'/a/..'}",
                   "linux.cgroupsPath: '/a/..' is the root group");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v1_new_group),
        cmocka_unit_test(test_v1_update),
        cmocka_unit_test(test_v2_new_group),
        cmocka_unit_test(test_v2_update),
        cmocka_unit_test(test_weights_are_converted),
        cmocka_unit_test(test_senseless_values_are_refused),
        cmocka_unit_test(test_missing_controller_is_an_error),
        cmocka_unit_test(test_path_each_form),
        cmocka_unit_test(test_path_systemd_and_root_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
