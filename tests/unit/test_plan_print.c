/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole plans as text.
 */
#include "agentrun/plan/print.h"
#include "plan_fixture.h"

static void check(const char *members, const char *expected)
{
    struct arena arena = { 0 };
    struct plan plan = fixture_plan(&arena, members);

    /* Their lengths are the business of other tests. */
    for (int i = 0; i < N_PLAN_FILTERS; i++)
        plan.process.filters[i].n_instructions = i == PLAN_FILTER_DENYLIST ? 9 : 0;
    assert_string_equal(plan_print(&arena, &plan), expected);
    arena_release(&arena);
}

/* What every plan ends its description of /dev with. */
#define DEV                                                                                        \
    "device null c 1:3 0666 0:0\n"                                                                 \
    "device zero c 1:5 0666 0:0\n"                                                                 \
    "device full c 1:7 0666 0:0\n"                                                                 \
    "device random c 1:8 0666 0:0\n"                                                               \
    "device urandom c 1:9 0666 0:0\n"                                                              \
    "device tty c 5:0 0666 0:0\n"                                                                  \
    "link fd /proc/self/fd\n"                                                                      \
    "link stdin /proc/self/fd/0\n"                                                                 \
    "link stdout /proc/self/fd/1\n"                                                                \
    "link stderr /proc/self/fd/2\n"                                                                \
    "link ptmx pts/ptmx\n"                                                                         \
    "directory pts\n"                                                                              \
    "directory shm\n"                                                                              \
    "directory mqueue\n"

#define RULES                                                                                      \
    "cgroup-device allow c 1:3 rwm\n"                                                              \
    "cgroup-device allow c 1:5 rwm\n"                                                              \
    "cgroup-device allow c 1:7 rwm\n"                                                              \
    "cgroup-device allow c 1:8 rwm\n"                                                              \
    "cgroup-device allow c 1:9 rwm\n"                                                              \
    "cgroup-device allow c 5:0 rwm\n"                                                              \
    "cgroup-device allow c 5:2 rwm\n"                                                              \
    "cgroup-device allow c 136:-1 rwm\n"

static void test_print_least(void **state)
{
    (void)state;
    check("", "id \"c1\"\n"
              "bundle \"/bundle\"\n"
              "oci-version \"1.2.0\"\n"
              "root-writable \"/bundle/r\"\n"
              "namespaces\n"
              "decoy none\n"
              "keyring inherited\n"
              "mount dev \"/dev\" type tmpfs mode=755 size=65536k set:nosuid,noexec (mounts)\n" DEV
              "cgroup \"/engine/service/c1\"\n" RULES);
}

static const char everything[] =
    "'hostname':'h','domainname':'d','annotations':{'a':'b'},"
    "'mounts':[{'destination':'/proc','type':'proc','options':['nosuid','noexec','nodev']},"
    "{'destination':'/dev','type':'tmpfs','options':['nosuid','strictatime','mode=755']},"
    "{'destination':'/t','type':'tmpfs','options':['tmpcopyup','rw','sync']},"
    "{'destination':'/d','type':'bind','source':'/srv/d','options':['rbind','rro','rslave',"
    "'idmap'],'uidMappings':[{'containerID':0,'hostID':7,'size':1}],"
    "'gidMappings':[{'containerID':0,'hostID':8,'size':1}]}],"
    "'process':{'terminal':true,'consoleSize':{'height':24,'width':80},'cwd':'/w',"
    "'args':['sh','a b'],'env':['PATH=/bin','N=\\n'],'user':{'uid':1,'gid':2,"
    "'additionalGids':[3]},'capabilities':{'bounding':['CAP_KILL']},"
    "'rlimits':[{'type':'RLIMIT_NOFILE','soft':10,'hard':18446744073709551615}],"
    "'oomScoreAdj':500,'apparmorProfile':'p','selinuxLabel':'l'},"
    "'hooks':{'prestart':[{'path':'/proc/7/exe','args':['setkey','x'],'timeout':2}]},"
    "'linux':{'namespaces':[{'type':'mount'},{'type':'pid'},{'type':'uts'},{'type':'cgroup'},"
    "{'type':'user'}],'uidMappings':[{'containerID':0,'hostID':1000,'size':2}],"
    "'gidMappings':[{'containerID':0,'hostID':2000,'size':4}],"
    "'maskedPaths':['/proc/kcore'],'readonlyPaths':['/proc/sys'],"
    "'sysctl':{'net.core.somaxconn':'5'},'cgroupsPath':'/x',"
    "'resources':{'memory':{'limit':1000,'swap':1000}}}";

static const char everything_printed[] =
    "id \"c1\"\n"
    "bundle \"/bundle\"\n"
    "oci-version \"1.2.0\"\n"
    "root-writable \"/bundle/r\"\n"
    "namespaces mount,pid,uts,user,cgroup\n"
    "uid-map \"0 1000 2\\x0a\"\n"
    "gid-map \"0 2000 4\\x0a\"\n"
    "root-ids 1000:2000\n"
    "decoy none\n"
    "hostname \"h\"\n"
    "domainname \"d\"\n"
    "keyring inherited\n"
    "mount filesystem \"/proc\" type proc set:nosuid,nodev,noexec at-home (mounts[0])\n"
    "mount dev \"/dev\" type tmpfs mode=755 set:nosuid,strictatime clear:atime (mounts[1])\n"
    "mount filesystem \"/t\" type tmpfs sync clear:ro copy-up (mounts[2])\n"
    "mount bind \"/d\" from \"/srv/d\" recursive set-recursive:ro propagation:rslave "
    "uid:0:7:1 gid:0:8:1 (mounts[3])\n"
    "mount readonly \"/proc/sys\" (linux.readonlyPaths[0])\n"
    "mount mask \"/proc/kcore\" (linux.maskedPaths[0])\n" DEV "sysctl net/core/somaxconn 5\n"
    "cgroup \"/x\"\n"
    "cgroup-write memory.limit_in_bytes \"1000\"\n"
    "cgroup-write memory.memsw.limit_in_bytes \"1000\" if-present\n" RULES
    "hook prestart \"/proc/7/exe\" timeout 2000 ms\n"
    "hook-argv \"setkey\" \"x\"\n"
    "hook-env\n"
    "annotation \"a\" \"b\"\n"
    "argv \"sh\" \"a b\"\n"
    "env \"PATH=/bin\"\n"
    "env \"N=\\x0a\"\n"
    "candidate \"/bin/sh\"\n"
    "cwd \"/w\"\n"
    "user 1:2 umask 0022\n"
    "groups 3\n"
    "capabilities bounding 20 permitted 0 effective 0 inheritable 0 ambient 0\n"
    "rlimit NOFILE 10 unlimited\n"
    "oom-score-adj 500\n"
    "filter denylist 9 instructions flags 0\n"
    "terminal 80x24\n"
    "apparmor \"p\"\n"
    "selinux \"l\"\n";

static void test_print_everything(void **state)
{
    (void)state;
    check(everything, everything_printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print_least),
        cmocka_unit_test(test_print_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
