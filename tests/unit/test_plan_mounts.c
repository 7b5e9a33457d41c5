/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of mounts, and what stands in /dev.
 */
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "plan_fixture.h"

#define DEV "{'destination':'/dev','type':'tmpfs','source':'tmpfs','options':['size=64k']}"

static void test_order_is_spec_then_readonly_then_masks(void **state)
{
    static const struct {
        enum plan_mount_kind kind;
        const char *target, *place;
    } expected[] = {
        { PLAN_MOUNT_FILESYSTEM, "/proc", "mounts[0]" },
        { PLAN_MOUNT_DEV, "/dev", "mounts[1]" },
        { PLAN_MOUNT_FILESYSTEM, "/dev/pts", "mounts[2]" },
        { PLAN_MOUNT_CGROUP, "/sys/fs/cgroup", "mounts[3]" },
        { PLAN_MOUNT_BIND, "/data", "mounts[4]" },
        { PLAN_MOUNT_READONLY, "/proc/sys", "linux.readonlyPaths[0]" },
        { PLAN_MOUNT_MASK, "/proc/kcore", "linux.maskedPaths[0]" },
        { PLAN_MOUNT_MASK, "/sys/firmware", "linux.maskedPaths[1]" },
    };
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'mounts':[{'destination':'/proc','type':'proc','source':'proc'}," DEV ","
                "{'destination':'/dev/pts','type':'devpts','source':'devpts'},"
                "{'destination':'/sys/fs/cgroup','type':'cgroup','source':'cgroup'},"
                "{'destination':'/a/../data/','type':'bind','source':'/srv/d',"
                "'options':['rbind','ro','rslave']}],"
                "'linux':{'maskedPaths':['/proc/kcore','/sys/firmware'],"
                "'readonlyPaths':['/proc/sys']}");

    (void)state;
    assert_int_equal(plan.n_mounts, ARRAY_SIZE(expected));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(plan.mounts[i].kind, expected[i].kind);
        assert_string_equal(plan.mounts[i].target, expected[i].target);
        assert_string_equal(plan.mounts[i].place, expected[i].place);
    }
    arena_release(&arena);
}

static void test_kinds_have_their_properties(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'mounts':[{'destination':'/proc','type':'proc'},"
                "{'destination':'/sys','type':'sysfs'},"
                "{'destination':'/c','type':'cgroup2'},"
                "{'destination':'/d','type':'bind','source':'/srv/d'},"
                "{'destination':'/t','type':'tmpfs','options':['tmpcopyup','mode=1777']}," DEV "],"
                "'linux':{'mountLabel':'label'}");

    (void)state;
    assert_true(plan.mounts[0].made_at_home);
    assert_true(plan.mounts[1].made_at_home);
    assert_int_equal(plan.mounts[1].n_options, 0);
    assert_int_equal(plan.mounts[2].set, MOUNT_ATTR_RDONLY);
    assert_int_equal(plan.descriptors[plan.mounts[3].source].fd, 23);
    assert_string_equal(plan.descriptors[plan.mounts[3].source].path, "/srv/d");
    assert_false(plan.mounts[3].recursive);
    assert_true(plan.mounts[4].copy_up);
    assert_false(plan.mounts[4].made_at_home);
    assert_int_equal(plan.mounts[4].n_options, 1);
    assert_string_equal(plan.mounts[4].options[0].key, "context");
    assert_string_equal(plan.mounts[4].options[0].value, "label");
    assert_int_equal(plan.mounts[5].n_options, 2);
    arena_release(&arena);
}

static void test_options_that_are_the_kernel_s_defaults_left_out(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena, "'mounts':[{'destination':'/t','type':'tmpfs','options':['mode=1777','mode=755']},"
                "{'destination':'/u','type':'tmpfs','options':['mode=755','mode=1777']},"
                "{'destination':'/p','type':'devpts','options':['newinstance','mode=1777']}]");

    (void)state;
    assert_int_equal(plan.mounts[1].n_options, 1);
    assert_string_equal(plan.mounts[1].options[0].value, "755");
    assert_int_equal(plan.mounts[2].n_options, 2);
    assert_string_equal(plan.mounts[2].options[1].value, "1777");
    assert_int_equal(plan.mounts[3].n_options, 1);
    assert_string_equal(plan.mounts[3].options[0].key, "mode");
    arena_release(&arena);
}

static void test_dev_is_made_where_the_spec_has_none(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(&arena, "'mounts':[{'destination':'/dev/shm','type':'tmpfs'}]");

    (void)state;
    assert_int_equal(plan.n_mounts, 2);
    assert_int_equal(plan.mounts[0].kind, PLAN_MOUNT_DEV);
    assert_string_equal(plan.mounts[0].target, "/dev");
    assert_string_equal(plan.mounts[1].target, "/dev/shm");
    assert_int_equal(plan.mounts[1].kind, PLAN_MOUNT_FILESYSTEM);
    arena_release(&arena);
}

static void test_id_mappings_own_and_inherited(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena,
        "'mounts':[{'destination':'/a','type':'bind','source':'/s','options':['bind','ridmap'],"
        "'uidMappings':[{'containerID':0,'hostID':7,'size':1}],"
        "'gidMappings':[{'containerID':0,'hostID':8,'size':2}]},"
        "{'destination':'/b','type':'bind','source':'/s','options':['bind','idmap']}],"
        "'linux':{'namespaces':[{'type':'user'}],"
        "'uidMappings':[{'containerID':0,'hostID':1000,'size':3}],"
        "'gidMappings':[{'containerID':0,'hostID':2000,'size':4}]}");
    const struct plan_mount *own = &plan.mounts[1], *inherited = &plan.mounts[2];

    (void)state;
    assert_true(own->id_mapped && own->id_mapping_recursive);
    assert_int_equal(own->uid_mappings[0].host_id, 7);
    assert_int_equal(own->gid_mappings[0].size, 2);
    assert_true(inherited->id_mapped && !inherited->id_mapping_recursive);
    assert_int_equal(inherited->uid_mappings[0].host_id, 1000);
    assert_int_equal(inherited->gid_mappings[0].host_id, 2000);
    arena_release(&arena);
}

static void test_senseless_mounts_are_refused(void **state)
{
    (void)state;
    fixture_refuse("'mounts':[{'destination':'/a/..','type':'tmpfs'}]",
                   "mounts[0].destination: nothing may be mounted over the root");
    fixture_refuse("'mounts':[{'destination':'/a'}]",
                   "mounts[0].type: missing, and no option makes it a bind mount");
    fixture_refuse("'mounts':[{'destination':'/a','source':'/b','type':'none','options':['bind']}]",
                   "mounts[0].source: the source of a bind mount is missing");
    fixture_refuse("'mounts':[{'destination':'/a','source':'/b','type':'bind',"
                   "'options':['idmap']}]",
                   "mounts[0].uidMappings: an id-mapped mount needs mappings for users and "
                   "for groups");
}

/* --- /dev ----------------------------------------------------------------------------------- */

static const struct plan_device *find_device(const struct plan *plan, const char *name)
{
    const struct plan_device *found = NULL;

    for (size_t i = 0; i < plan->n_devices; i++) {
        if (strcmp(plan->devices[i].name, name) == 0) {
            assert_null(found);
            found = &plan->devices[i];
        }
    }
    return found;
}

static void test_default_devices_are_there(void **state)
{
    static const char *const names[] = { "null", "zero", "full", "random", "urandom", "tty" };
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(&arena, "");

    (void)state;
    assert_int_equal(plan.n_devices, ARRAY_SIZE(names));
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(find_device(&plan, names[i])->type_and_mode, S_IFCHR | 0666);
    assert_int_equal(find_device(&plan, "null")->minor, 3);
    assert_int_equal(plan.n_links, 5);
    assert_string_equal(plan.dev_directories[0], "pts");
    assert_int_equal(plan.cgroup.n_device_rules, 8);
    arena_release(&arena);
}

static void test_devices_of_the_spec_replace_defaults(void **state)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(
        &arena,
        "'linux':{'devices':["
        "{'path':'/dev/null','type':'c','major':1,'minor':3,'fileMode':8576,'uid':5,'gid':6},"
        "{'path':'/dev/ptmx','type':'c','major':5,'minor':2},"
        "{'path':'/dev/net/../net/tun','type':'u','major':10,'minor':200},"
        "{'path':'/dev/sda','type':'b','major':8,'minor':0,'fileMode':4095},"
        "{'path':'/dev/fifo','type':'p'}]}");

    (void)state;
    assert_int_equal(plan.n_devices, 9);
    assert_int_equal(find_device(&plan, "null")->type_and_mode, S_IFCHR | 0600);
    assert_int_equal(find_device(&plan, "null")->uid, 5);
    assert_int_equal(find_device(&plan, "null")->gid, 6);
    assert_null(find_device(&plan, "ptmx"));
    assert_int_equal(find_device(&plan, "net/tun")->type_and_mode, S_IFCHR | 0666);
    assert_int_equal(find_device(&plan, "sda")->type_and_mode, S_IFBLK | 0777);
    assert_int_equal(find_device(&plan, "fifo")->type_and_mode, S_IFIFO | 0666);
    arena_release(&arena);
}

static void test_senseless_devices_are_refused(void **state)
{
    (void)state;
    fixture_refuse("'linux':{'devices':[{'path':'/dev/../etc/x','type':'c','major':1,'minor':3}]}",
                   "linux.devices[0]: the path '/etc/x' is not below /dev");
}

static void test_device_rules_from_the_last_deny_all(void **state)
{
    struct arena arena = { 0 };
    struct plan plan =
        fixture_plan(&arena, "'linux':{'resources':{'devices':[{'allow':true,'access':'rwm'},"
                             "{'allow':false,'access':'rwm'},"
                             "{'allow':true,'type':'c','major':10,'minor':229,'access':'r'},"
                             "{'allow':false,'type':'c','major':1,'minor':3,'access':'w'}]}}");
    const struct cgroup_device_rule *rules = plan.cgroup.device_rules;

    (void)state;
    assert_int_equal(plan.cgroup.n_device_rules, 2 + 8 - 1);
    assert_true(rules[0].allow && rules[0].read && !rules[0].write && !rules[0].mknod);
    assert_int_equal(rules[0].major, 10);
    /* A rule about a default device stands; no default allows what it forbids. */
    assert_true(!rules[1].allow && rules[1].write);
    for (size_t i = 2; i < plan.cgroup.n_device_rules; i++)
        assert_false(rules[i].major == 1 && rules[i].minor == 3);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_is_spec_then_readonly_then_masks),
        cmocka_unit_test(test_kinds_have_their_properties),
        cmocka_unit_test(test_options_that_are_the_kernel_s_defaults_left_out),
        cmocka_unit_test(test_dev_is_made_where_the_spec_has_none),
        cmocka_unit_test(test_id_mappings_own_and_inherited),
        cmocka_unit_test(test_senseless_mounts_are_refused),
        cmocka_unit_test(test_default_devices_are_there),
        cmocka_unit_test(test_devices_of_the_spec_replace_defaults),
        cmocka_unit_test(test_senseless_devices_are_refused),
        cmocka_unit_test(test_device_rules_from_the_last_deny_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
