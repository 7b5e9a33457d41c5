/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_generator.h"

#include <string.h>

#include "agentrun/base/scope.h"
#include "quoted.h"

#define MAX_VALUES 12

/* A member and what may stand there; none of them is as likely as one. */
struct choice {
    const char *member;
    const char *values[MAX_VALUES];
};

#define ALL_CAPS "['CAP_SYS_ADMIN','CAP_CHOWN','CAP_NET_ADMIN']"
#define MAPS     "[{'containerID':0,'hostID':100000,'size':65536}]"

/* clang-format off */
static const struct choice process[] = {
    { "terminal", { "true", "false" } },
    { "consoleSize", { "{'height':65535,'width':1}" } },
    { "user", { "{'uid':0,'gid':0}", "{'uid':0,'gid':5,'umask':0}", "{'uid':1000,'gid':0}",
                "{'uid':1000,'gid':1000,'umask':63}", "{'uid':33,'gid':33,'additionalGids':[0,6,33]}",
                "{'uid':65534,'gid':65534,'umask':511}" } },
    { "env", { "[]", "['HOME=/root','A=b']", "['HOME=/work','PATH=/x']", "['HOME=/tmp','HOME=/etc']",
               "['TMPDIR=/tmp/../etc','MPLCONFIGDIR=x']", "['XDG_CACHE_HOME=/proc','HOME=']" } },
    { "capabilities", { "{}", "{'bounding':[],'effective':[]}",
                        "{'bounding':" ALL_CAPS ",'effective':" ALL_CAPS ",'permitted':" ALL_CAPS "}",
                        "{'ambient':" ALL_CAPS ",'inheritable':" ALL_CAPS ",'bounding':['CAP_NEW']}" } },
    { "noNewPrivileges", { "true", "false" } },
    { "oomScoreAdj", { "-1000", "0", "500", "501", "1000" } },
    { "rlimits", { "[]", "[{'type':'RLIMIT_NOFILE','soft':1048576,'hard':1048576}]",
                   "[{'type':'RLIMIT_CORE','soft':0,'hard':0},{'type':'RLIMIT_NPROC','soft':5,'hard':5}]",
                   "[{'type':'RLIMIT_STACK','soft':18446744073709551615,'hard':18446744073709551615},"
                   "{'type':'RLIMIT_FSIZE','soft':1,'hard':2}]",
                   "[{'type':'RLIMIT_MEMLOCK','soft':65536,'hard':65537},{'type':'RLIMIT_NICE','soft':0,'hard':40}]" } },
    { "apparmorProfile", { "'unconfined'", "'docker-default'" } },
    { "selinuxLabel", { "'a:b:spc_t:s0'" } },
    { "scheduler", { "{'policy':'SCHED_FIFO','priority':5}", "{'policy':'SCHED_OTHER','nice':5}" } },
    { "ioPriority", { "{'class':'IOPRIO_CLASS_IDLE','priority':0}" } },
    { "execCPUAffinity", { "{'initial':'0-1'}", "{'initial':'0','final':'1'}" } },
};

static const struct choice top[] = {
    { "hostname", { "'host'", "''" } },
    { "domainname", { "'example.org'" } },
    { "annotations", { "{'run.oci.handler':'krun'}", "{}" } },
    { "windows", { "{}" } },
    { "nonsense", { "[1,2]" } },
    { "hooks", { "{}", "{'prestart':[{'path':'/proc/9/exe','args':['libnetwork-setkey','0a']}]}",
                 "{'prestart':[{'path':'/bin/sh','args':['sh']},{'path':'/proc/9/exe','args':"
                 "['libnetwork-setkey'],'env':['A=b'],'timeout':100}],'poststop':[{'path':'/bin/x'}]}",
                 "{'createRuntime':[{'path':'/proc/1/exe','args':['libnetwork-setkey'],'timeout':5}],"
                 "'startContainer':[{'path':'/bin/x'}],'createContainer':[{'path':'/bin/x'}]}" } },
};

static const struct choice linux_members[] = {
    { "namespaces", { "[]", "[{'type':'mount'},{'type':'pid'},{'type':'network'},{'type':'ipc'},{'type':'uts'}]",
                      "[{'type':'mount'},{'type':'network','path':'/var/run/netns/x'}]",
                      "[{'type':'pid','path':'/proc/1/ns/pid'},{'type':'cgroup'},{'type':'time'}]",
                      "[{'type':'time','path':'/proc/1/ns/time'},{'type':'ipc','path':'/x'},{'type':'cgroup'}]" } },
    { "timeOffsets", { "{'monotonic':{'secs':-5}}", "{'boottime':{'secs':1,'nanosecs':2}}" } },
    { "devices", { "[]", "[{'type':'c','path':'/dev/null','major':1,'minor':3,'fileMode':438,'uid':5}]",
                   "[{'type':'b','path':'/dev/vda','major':8,'minor':0},{'type':'c','path':'/dev/full','major':1,'minor':7,"
                   "'fileMode':8630}]", "[{'type':'b','path':'/dev/zero','major':8,'minor':1}]",
                   "[{'type':'c','path':'/etc/x','major':1,'minor':3},{'type':'c','path':'/dev//null','major':1,'minor':3}]" } },
    { "cgroupsPath", { "'/docker/c1'", "'c1'", "'a/b'", "'system.slice:docker:c1'", "'//x/./y'", "''" } },
    { "rootfsPropagation", { "'rshared'", "'rprivate'", "'slave'" } },
    { "sysctl", { "{}", "{'net.ipv4.ip_forward':'1'}",
                  "{'net.ipv4.ip_unprivileged_port_start':'0','net.core.x':'y','kernel.shmmax':'5'}" } },
    { "maskedPaths", { "[]", "['/proc/kcore','/x']", "['/','/proc/acpi']" } },
    { "readonlyPaths", { "[]", "['/proc/sys','/etc']" } },
    { "mountLabel", { "'a:b:c:s0'" } },
    { "seccomp", { "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['read'],'action':'SCMP_ACT_ALLOW'}]}",
                   "{'defaultAction':'SCMP_ACT_NOTIFY','listenerPath':'/run/a','flags':['SECCOMP_FILTER_FLAG_LOG']}",
                   "{'defaultAction':'SCMP_ACT_ALLOW','flags':['SECCOMP_FILTER_FLAG_TSYNC','SECCOMP_FILTER_FLAG_SPEC_ALLOW'],"
                   "'syscalls':[{'names':['mount','bpf'],'action':'SCMP_ACT_NOTIFY'},{'names':['x'],'action':'SCMP_ACT_TRACE'}]}" } },
    { "intelRdt", { "{'closID':'x'}" } },
    { "personality", { "{'domain':'LINUX32'}" } },
    { "netDevices", { "{'eth0':{}}" } },
    { "memoryPolicy", { "{'mode':'MPOL_BIND'}" } },
};

static const struct choice resources[] = {
    { "memory", { "{}", "{'limit':-1,'swap':-1}", "{'limit':67108864}", "{'limit':0,'swap':5,'reservation':9}",
                  "{'limit':67108864,'swap':67108864,'reservation':99999999999}",
                  "{'limit':9223372036854775807,'kernel':5,'kernelTCP':0,'swappiness':99}",
                  "{'disableOOMKiller':true,'useHierarchy':false,'checkBeforeUpdate':false,'swap':-1}" } },
    { "cpu", { "{}", "{'quota':-1}", "{'quota':10000000,'period':100000}", "{'quota':1000,'period':1000}",
               "{'shares':0,'period':0,'quota':0}", "{'shares':262144,'burst':7,'cpus':'0-1','mems':'0'}",
               "{'quota':25000,'period':50000,'idle':1}", "{'period':1000000,'idle':0}",
               "{'realtimeRuntime':5,'realtimePeriod':10}", "{'quota':9223372036854775807,'period':999999999}" } },
    { "pids", { "{'limit':0}", "{'limit':-1}", "{'limit':5}", "{'limit':256}", "{'limit':257}" } },
    { "blockIO", { "{'weight':0}", "{'weight':1000,'leafWeight':10}", "{'weight':100}",
                   "{'weightDevice':[{'major':8,'minor':0,'weight':500}],"
                   "'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':5}]}" } },
    { "hugepageLimits", { "[{'pageSize':'2MB','limit':5}]", "[{'pageSize':'1GB','limit':0}]" } },
    { "network", { "{'classID':5}", "{'priorities':[{'name':'eth0','priority':1}]}" } },
    { "rdma", { "{'m':{'hcaHandles':1}}" } },
    { "unified", { "{}", "{'memory.max':'max','pids.max':'5'}", "{'cpu.max':'max 1000','memory.swap.max':'max'}",
                   "{'io.weight':'5','cpu.idle':'1','memory.oom.group':'1','cpu.max':'50000'}" } },
    { "devices", { "[]", "[{'allow':true,'access':'rwm'}]", "[{'allow':false,'access':'rwm'}]",
                   "[{'allow':true,'type':'b','major':8,'minor':0,'access':'r'}]" } },
};

static const char *const mounts[] = {
    "{'destination':'/proc','type':'proc','source':'proc','options':['nosuid','noexec','nodev']}",
    "{'destination':'/proc','type':'proc','source':'proc','options':['exec','suid','hidepid=0']}",
    "{'destination':'/dev','type':'tmpfs','source':'tmpfs','options':['nosuid','strictatime','mode=755','size=65536k']}",
    "{'destination':'/dev/pts','type':'devpts','source':'devpts','options':['newinstance','ptmxmode=0666','mode=0620','gid=5']}",
    "{'destination':'/dev/shm','type':'tmpfs','source':'shm','options':['mode=1777','size=64k']}",
    "{'destination':'/dev/shm','type':'bind','source':'/dev/shm','options':['rbind']}",
    "{'destination':'/dev/shm','type':'bind','source':'/x/userdata/shm','options':['bind']}",
    "{'destination':'/dev/mqueue','type':'mqueue','source':'mqueue'}",
    "{'destination':'/sys','type':'sysfs','source':'sysfs','options':['ro','rw']}",
    "{'destination':'/sys/fs/cgroup','type':'cgroup','source':'cgroup','options':['relatime','ro']}",
    "{'destination':'/sys/fs/cgroup','type':'cgroup2','source':'cgroup'}",
    "{'destination':'/sys/fs/cgroup/systemd','type':'bind','source':'/sys/fs/cgroup/systemd','options':['rbind']}",
    "{'destination':'/dev','type':'bind','source':'/dev','options':['rbind']}",
    "{'destination':'/proc','type':'bind','source':'/proc','options':['rbind']}",
    "{'destination':'/dev/kmsg','type':'bind','source':'/dev/kmsg','options':['bind']}",
    "{'destination':'/work','type':'bind','source':'/tmp/work','options':['rbind','rw']}",
    "{'destination':'/work','type':'bind','source':'/tmp/work','options':['rbind','ro','rrw','rshared']}",
    "{'destination':'/w//./x/..','type':'bind','source':'/srv/agentrun/w','options':['bind','suid','dev','nosuid']}",
    "{'destination':'/w/in','type':'bind','source':'/var/tmp/in','options':['bind','ro','idmap']}",
    "{'destination':'/data','source':'/var/lib/docker/volumes/v/_data','options':['rbind']}",
    "{'destination':'/data','type':'bind','source':'/tmp/d','options':['bind'],'uidMappings':" MAPS ",'gidMappings':" MAPS "}",
    "{'destination':'/etc/hosts','type':'bind','source':'/var/lib/docker/containers/c1/hosts','options':['rbind','rprivate']}",
    "{'destination':'/etc/resolv.conf','type':'bind','source':'/x/containers/c1/resolv.conf','options':['rbind','exec']}",
    "{'destination':'/sbin/docker-init','type':'bind','source':'/usr/bin/docker-init','options':['bind','ro']}",
    "{'destination':'/run/secrets/s','type':'bind','source':'/x/overlay-containers/c/userdata/secrets/s','options':['bind']}",
    "{'destination':'/tmp','type':'tmpfs','source':'tmpfs','options':['size=100g','exec','tmpcopyup']}",
    "{'destination':'/tmp','type':'bind','source':'/tmp/t','options':['bind']}",
    "{'destination':'/tmp/x','type':'tmpfs','source':'tmpfs','options':['size=50%','mpol=x','mode=7777']}",
    "{'destination':'/run','type':'tmpfs','source':'tmpfs','options':['nr_inodes=0','rslave','uid=5,gid=6']}",
    "{'destination':'/var','type':'bind','source':'/tmp/var','options':['rbind']}",
    "{'destination':'/var/tmp/y','type':'tmpfs','source':'tmpfs','options':['rprivate','nodev']}",
};
/* clang-format on */

uint64_t generator_next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static size_t pick(uint64_t *state, size_t n)
{
    return n > 0 ? (size_t)(generator_next(state) % n) : 0;
}

/* Members of an object, each present or not. */
static const char *members(struct arena *arena, uint64_t *state, const struct choice *choices,
                           size_t n_choices)
{
    const char *text = "";

    for (size_t i = 0; i < n_choices; i++) {
        size_t n_values = 0;

        while (n_values < MAX_VALUES && choices[i].values[n_values])
            n_values++;
        if (pick(state, 3) == 0)
            continue;
        text = arena_format(arena, "%s%s'%s':%s", text, *text ? "," : "", choices[i].member,
                            choices[i].values[pick(state, n_values)]);
    }
    return text;
}

static const char *process_members(struct arena *arena, uint64_t *state)
{
    const char *text = members(arena, state, process, ARRAY_SIZE(process));

    return arena_format(arena, "'args':['true'],'cwd':'/'%s%s", *text ? "," : "", text);
}

static const char *mount_list(struct arena *arena, uint64_t *state)
{
    size_t n_mounts = pick(state, 12);
    const char *text = "";

    for (size_t i = 0; i < n_mounts; i++)
        text = arena_format(arena, "%s%s%s", text, i > 0 ? "," : "",
                            mounts[pick(state, ARRAY_SIZE(mounts))]);
    return text;
}

static const char *user_namespace(uint64_t *state)
{
    return pick(state, 3) == 0 ? ",'uidMappings':" MAPS ",'gidMappings':" MAPS : "";
}

const char *generator_config(struct arena *arena, uint64_t seed)
{
    uint64_t state = seed;
    const char *text = "'ociVersion':'1.2.0','root':{'path':'rootfs'}";
    const char *more;

    if (pick(&state, 10) > 0)
        text = arena_format(arena, "%s,'process':{%s}", text, process_members(arena, &state));
    more = members(arena, &state, top, ARRAY_SIZE(top));
    text = arena_format(arena, "%s%s%s,'mounts':[%s]", text, *more ? "," : "", more,
                        mount_list(arena, &state));
    if (pick(&state, 10) == 0)
        return quoted(arena, arena_format(arena, "{%s}", text));
    more = members(arena, &state, linux_members, ARRAY_SIZE(linux_members));
    text = arena_format(arena, "{%s,'linux':{'resources':{%s}%s%s%s}}", text,
                        members(arena, &state, resources, ARRAY_SIZE(resources)), *more ? "," : "",
                        more, user_namespace(&state));
    return quoted(arena, text);
}

const char *generator_facts(struct arena *arena, uint64_t seed)
{
    uint64_t state = seed ^ UINT64_C(0x5555555555555555);
    const char *const networks[] = { "host", "other", "invalid" };

    return quoted(arena,
                  arena_format(arena,
                               "{'cpus':%zu,'network':'%s','files':{'/tmp/work':{'uid':%zu,"
                               "'gid':%zu,'cannotBeMapped':%s}}}",
                               pick(&state, 4), networks[pick(&state, 3)], pick(&state, 2) * 1000,
                               pick(&state, 2) * 65534, pick(&state, 2) ? "true" : "false"));
}

const char *generator_process(struct arena *arena, uint64_t seed)
{
    uint64_t state = seed;

    return quoted(arena, arena_format(arena, "{%s}", process_members(arena, &state)));
}

const char *generator_resources(struct arena *arena, uint64_t seed)
{
    uint64_t state = seed;

    return quoted(arena, arena_format(arena, "{%s}",
                                      members(arena, &state, resources, ARRAY_SIZE(resources))));
}
