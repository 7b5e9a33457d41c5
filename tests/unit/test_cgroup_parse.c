/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/cgroup_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct arena arena;

static struct cgroup_host parse(const char *mountinfo, const char *own_groups)
{
    struct cgroup_host host;

    memset(&host, 0xff, sizeof host);
    cgroup_parse_host(&arena, mountinfo, own_groups, &host);
    return host;
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* A guest with single v1 hierarchies and a unified one beside them. */
static void test_parse_hybrid_uses_v1(void **state)
{
    struct cgroup_host host =
        parse("31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw\n"
              "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
              "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
              "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
              "38 31 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n"
              "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
              "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
              "9:name=systemd:/\n8:pids:/\n4:memory:/api/828d\n0::/\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V1);
    assert_string_equal(host.mount_points[CGROUP_CPU], "/sys/fs/cgroup/cpu");
    assert_string_equal(host.mount_points[CGROUP_IO], "/sys/fs/cgroup/blkio");
    assert_null(host.mount_points[CGROUP_HUGETLB]);
    assert_string_equal(host.own_paths[CGROUP_MEMORY], "/api/828d");
    assert_string_equal(host.own_paths[CGROUP_PIDS], "/");
}

static void test_parse_systemd_hybrid_shares_joint_mounts(void **state)
{
    struct cgroup_host host = parse(
        "25 19 0:22 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
        "26 25 0:23 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw,nsdelegate\n"
        "27 25 0:24 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd\n"
        "30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:15 - cgroup cgroup rw,cpu,cpuacct\n"
        "31 25 0:28 / /sys/fs/cgroup/net_cls,net_prio rw shared:16 master:3 - cgroup cgroup "
        "rw,net_cls,net_prio\n"
        "32 25 0:29 / /sys/fs/cgroup/memory rw shared:17 - cgroup cgroup rw,memory\n",
        "10:memory:/user.slice/user-0.slice\n5:cpu,cpuacct:/user.slice\n"
        "3:net_cls,net_prio:/\n1:name=systemd:/user.slice/x\n0::/user.slice/x\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V1);
    assert_string_equal(host.mount_points[CGROUP_CPU], "/sys/fs/cgroup/cpu,cpuacct");
    assert_ptr_equal(host.mount_points[CGROUP_CPU], host.mount_points[CGROUP_CPUACCT]);
    assert_ptr_equal(host.mount_points[CGROUP_NET_CLS], host.mount_points[CGROUP_NET_PRIO]);
    assert_null(host.mount_points[CGROUP_CPUSET]);
    assert_string_equal(host.own_paths[CGROUP_CPUACCT], "/user.slice");
    assert_string_equal(host.own_paths[CGROUP_MEMORY], "/user.slice/user-0.slice");
}

static void test_parse_unified_has_one_place_for_all(void **state)
{
    struct cgroup_host host =
        parse("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
              "0::/system.slice/docker:1.service\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V2);
    for (enum cgroup_controller c = 0; c < N_CGROUP_CONTROLLERS; c++) {
        assert_string_equal(host.mount_points[c], "/sys/fs/cgroup");
        assert_string_equal(host.own_paths[c], "/system.slice/docker:1.service");
    }
}

static void test_parse_lone_v1_controller_beside_unified_is_v2(void **state)
{
    struct cgroup_host host = parse("30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
                                    "31 23 0:27 / /run/net_cls rw - cgroup net_cls rw,net_cls\n",
                                    "1:net_cls:/\n0::/\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V2);
    assert_string_equal(host.mount_points[CGROUP_NET_CLS], "/sys/fs/cgroup");
}

static void test_parse_container_with_own_namespace_starts_at_its_root(void **state)
{
    struct cgroup_host host =
        parse("700 690 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n", "0::/\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V2);
    assert_string_equal(host.own_paths[0], "/");
}

/* In a container that shares the namespace of the host the mounts show a part of the hierarchy. */
static void test_parse_subtree_mount_paths_are_relative_to_its_root(void **state)
{
    const char *mountinfo =
        "701 690 0:29 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
        "702 690 0:30 /docker/ab /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n"
        "703 690 0:31 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
    struct cgroup_host host = parse(mountinfo, "4:memory:/docker/ab\n8:pids:/docker/ab/child\n"
                                               "1:cpu:/docker/abc\n");

    (void)state;
    assert_string_equal(host.own_paths[CGROUP_MEMORY], "/");
    assert_string_equal(host.own_paths[CGROUP_PIDS], "/child");
    assert_null(host.own_paths[CGROUP_CPU]);
}

/* unshare(CLONE_NEWCGROUP) without a new mount. */
static void test_parse_mount_from_above_the_namespace_has_no_own_path(void **state)
{
    struct cgroup_host host =
        parse("30 23 0:26 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/\n");

    (void)state;
    assert_int_equal(host.version, CGROUP_V2);
    assert_null(host.own_paths[0]);
}

static void test_parse_whole_hierarchy_is_preferred(void **state)
{
    struct cgroup_host host =
        parse("30 23 0:26 /box /srv/box rw - cgroup cgroup rw,memory\n"
              "31 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
              "32 23 0:26 / /srv/second rw - cgroup cgroup rw,memory\n"
              "33 23 0:26 /box /srv/third rw - cgroup cgroup rw,memory\n",
              "4:memory:/box\n");

    (void)state;
    assert_string_equal(host.mount_points[CGROUP_MEMORY], "/sys/fs/cgroup/memory");
    assert_string_equal(host.own_paths[CGROUP_MEMORY], "/box");
}

static void test_parse_later_mount_hides_earlier_at_same_place(void **state)
{
    struct cgroup_host host = parse("30 23 0:26 / /cg rw - cgroup2 cgroup2 rw\n"
                                    "31 30 0:26 /box /cg rw - cgroup2 cgroup2 rw\n",
                                    "0::/box/inner\n");

    (void)state;
    assert_string_equal(host.own_paths[0], "/inner");
}

static void test_parse_octal_escapes_are_decoded(void **state)
{
    struct cgroup_host host = parse(
        "30 23 0:26 /a\\040b /cg\\134x\\011\\012\\04 rw - cgroup2 cgroup2 rw\n", "0::/a b/c\n");

    (void)state;
    assert_string_equal(host.mount_points[0], "/cg\\x\t\n\\04");
    assert_string_equal(host.own_paths[0], "/c");
}

static void test_parse_similar_names_do_not_match(void **state)
{
    struct cgroup_host host = parse("30 23 0:26 / /a rw - cgroup cgroup rw,cpuset\n"
                                    "31 23 0:27 / /b rw - cgroup cgroup rw,xpids,name=pids,memory\n"
                                    "32 23 0:28 / /c rw - cgroupfoo cgroup rw,freezer\n",
                                    "2:cpuset:/\n");

    (void)state;
    assert_null(host.mount_points[CGROUP_CPU]);
    assert_null(host.mount_points[CGROUP_PIDS]);
    assert_null(host.mount_points[CGROUP_FREEZER]);
    assert_string_equal(host.mount_points[CGROUP_CPUSET], "/a");
    assert_string_equal(host.mount_points[CGROUP_MEMORY], "/b");
    assert_null(host.own_paths[CGROUP_MEMORY]);
}

static void test_parse_nothing_mounted_is_none(void **state)
{
    static const char *const texts[] = {
        "", "\n", "x", " - cgroup", " - cgroup2 ", "- - - cgroup -", "1 2 3 - cgroup"
    };

    (void)state;
    assert_int_equal(parse("23 1 0:5 / / rw - ext4 /dev/vda rw\n", "0::/\n").version, CGROUP_NONE);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        parse(texts[i], texts[i]);
}

#define CASE(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_parse_hybrid_uses_v1),
        CASE(test_parse_systemd_hybrid_shares_joint_mounts),
        CASE(test_parse_unified_has_one_place_for_all),
        CASE(test_parse_lone_v1_controller_beside_unified_is_v2),
        CASE(test_parse_container_with_own_namespace_starts_at_its_root),
        CASE(test_parse_subtree_mount_paths_are_relative_to_its_root),
        CASE(test_parse_mount_from_above_the_namespace_has_no_own_path),
        CASE(test_parse_whole_hierarchy_is_preferred),
        CASE(test_parse_later_mount_hides_earlier_at_same_place),
        CASE(test_parse_octal_escapes_are_decoded),
        CASE(test_parse_similar_names_do_not_match),
        CASE(test_parse_nothing_mounted_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
