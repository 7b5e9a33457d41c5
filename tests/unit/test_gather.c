/* SPDX-License-Identifier: Apache-2.0
 *
 * What is found out about the paths that a spec names.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/pipeline/gather.h"
#include "agentrun/pipeline/gather_below.h"
#include "agentrun/pipeline/gather_file.h"
#include "plan_fixture.h"

/* A bundle with a directory, a file, a link to it and a socket; its path is the state. */
static int make_bundle(void **state)
{
    char template[] = "/tmp/agentrun-gather-XXXXXX";
    const char *bundle = mkdtemp(template);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    auto_close int fd = -1, socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (!bundle || chdir(bundle) < 0 || mkdir("r", 0755) < 0 || symlink("file", "link") < 0)
        return -1;
    fd = open("file", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    strcpy(address.sun_path, "socket");
    if (fd < 0 || socket_fd < 0 ||
        bind(socket_fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    *state = realpath(bundle, NULL);
    return *state ? 0 : -1;
}

static int remove_bundle(void **state)
{
    auto_free char *bundle = *state;

    unlink("file");
    unlink("link");
    unlink("socket");
    rmdir("r");
    return chdir("/") < 0 ? -1 : rmdir(bundle);
}

static struct gathered gather(struct arena *arena, const char *bundle, const char *members)
{
    auto_close int bundle_fd = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct cgroup_host host = fixture_host(CGROUP_V2);
    static const char *const denied[] = { "/proc", "/no such directory", "/run/*" };
    struct policy policy = { .mounts = { .denied = denied, .n_denied = ARRAY_SIZE(denied) } };
    struct spec spec = fixture_spec(arena, members);
    struct gather_request request = {
        .container_id = "c1",
        .bundle_fd = bundle_fd,
        .spec = &spec,
        .policy = &policy,
        .state_root_fd = -1,
        .cgroups = &host,
    };
    struct gathered gathered;
    struct error err;

    if (gather_facts(arena, &request, &gathered, &err) < 0)
        fail_msg("%s", err.text);
    return gathered;
}

static void test_gather_root_and_host(void **state)
{
    struct arena arena = { 0 };
    struct gathered gathered = gather(&arena, *state, "");
    const struct facts *facts = &gathered.facts;

    assert_string_equal(facts->container_id, "c1");
    assert_string_equal(facts->root.resolved_path, arena_format(&arena, "%s/r", (char *)*state));
    assert_true(S_ISDIR(facts->root.mode));
    assert_false(facts->root.is_host_root);
    assert_true(facts->n_host_cpus >= 1);
    assert_true(facts->has_cgroup_v2);
    assert_int_equal(facts->network, FACT_NAMESPACE_NOT_NAMED);
    assert_int_equal(gathered.network_fd, -1);
    gather_close(&gathered);
    arena_release(&arena);
}

static void test_gather_sources_each_kind(void **state)
{
    struct arena arena = { 0 };
    struct gathered gathered =
        gather(&arena, *state,
               "'mounts':[{'destination':'/a','type':'bind','source':'link'},"
               "{'destination':'/b','type':'bind','source':'socket'},"
               "{'destination':'/c','type':'bind','source':'/'},"
               "{'destination':'/d','type':'bind','source':'nothing'},"
               "{'destination':'/e','type':'tmpfs','source':'link'},"
               "{'destination':'/f','type':'bind','source':'/proc'},"
               "{'destination':'/g','type':'none','options':['bind']}]");
    const struct fact_file *sources = gathered.facts.mount_sources;

    assert_int_equal(gathered.facts.n_mount_sources, 7);
    assert_string_equal(sources[0].resolved_path, arena_format(&arena, "%s/file", (char *)*state));
    assert_int_equal(sources[0].mode, S_IFREG | 0640);
    assert_int_equal(sources[0].uid, geteuid());
    assert_true(fcntl(sources[0].fd, F_GETFD) & FD_CLOEXEC);
    assert_true(S_ISSOCK(sources[1].mode));
    assert_true(sources[2].is_host_root && sources[2].is_mount_root);
    assert_int_equal(sources[3].errnum, ENOENT);
    assert_int_equal(sources[3].fd, -1);
    assert_int_equal(sources[4].errnum, 0);
    assert_int_equal(sources[4].fd, -1);
    assert_int_equal(sources[5].filesystem_magic, PROC_SUPER_MAGIC);
    assert_false(sources[5].can_be_id_mapped);
    assert_int_equal(sources[6].errnum, ENOENT);
    gather_close(&gathered);
    assert_int_equal(sources[0].fd, -1);
    arena_release(&arena);
}

static void test_gather_below_types_of_what_is_mounted_there(void **state)
{
    static const char mountinfo[] =
        "21 1 0:20 / / rw shared:1 - ext4 /dev/vda rw\n"
        "22 21 0:21 / /srv/x rw - ext4 /dev/vdb rw\n"
        "23 22 0:22 / /srv/x/a rw,nosuid shared:2 master:1 - proc proc rw\n"
        "24 22 0:23 / /srv/xy rw - sysfs sysfs rw\n"
        "25 22 0:24 / /srv/x/b\\040- rw - tmpfs none rw\n"
        "26 22 0:25 / /srv/p\\040q/c rw - nsfs nsfs rw\n"
        "no mount\n";
    struct arena arena = { 0 };
    size_t n_types;
    const char *const *types = gather_below(&arena, mountinfo, "/srv/x", &n_types);

    (void)state;
    assert_int_equal(n_types, 2);
    assert_string_equal(types[0], "proc");
    assert_string_equal(types[1], "tmpfs");
    types = gather_below(&arena, mountinfo, "/srv/p q", &n_types);
    assert_int_equal(n_types, 1);
    assert_string_equal(types[0], "nsfs");
    gather_below(&arena, mountinfo, "/", &n_types);
    assert_int_equal(n_types, 5);
    gather_below(&arena, "", "/srv", &n_types);
    assert_int_equal(n_types, 0);
    arena_release(&arena);
}

static void test_gather_below_only_with_a_recursive_bind(void **state)
{
    struct arena arena = { 0 };
    struct gathered gathered =
        gather(&arena, *state,
               "'mounts':[{'destination':'/a','type':'rbind','source':'/'},"
               "{'destination':'/b','type':'bind','source':'/','options':['rbind']},"
               "{'destination':'/c','type':'bind','source':'/','options':['rbind','bind']}]");
    const struct fact_file *sources = gathered.facts.mount_sources;

    assert_true(sources[0].n_types_below > 0 && sources[1].n_types_below > 0);
    assert_int_equal(sources[2].n_types_below, 0);
    gather_close(&gathered);
    arena_release(&arena);
}

static void test_gather_denied_only_with_a_directory(void **state)
{
    struct arena arena = { 0 };
    struct gathered with =
        gather(&arena, *state, "'mounts':[{'destination':'/a','type':'bind','source':'r'}]");
    struct gathered without =
        gather(&arena, *state, "'mounts':[{'destination':'/a','type':'bind','source':'file'}]");

    assert_int_equal(with.facts.n_denied_directories, 1);
    assert_string_equal(with.facts.denied_directories[0].resolved_path, "/proc");
    assert_int_equal(with.facts.denied_directories[0].fd, -1);
    assert_int_equal(without.facts.n_denied_directories, 0);
    gather_close(&with);
    gather_close(&without);
    arena_release(&arena);
}

static void test_gather_hooks_resolve_links_of_proc(void **state)
{
    struct arena arena = { 0 };
    char self[4096] = "";
    struct gathered gathered =
        gather(&arena, *state,
               "'hooks':{'prestart':[{'path':'/proc/self/exe'},{'path':'/nothing'}],"
               "'poststop':[{'path':'/proc/self/exe'}]}");

    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    assert_int_equal(gathered.n_hooks[0], 2);
    assert_string_equal(gathered.facts.hooks[0][0].resolved_path, self);
    assert_int_equal(gathered.facts.hooks[0][1].errnum, ENOENT);
    assert_int_equal(gathered.n_hooks[1], 0);
    assert_string_equal(gathered.facts.hooks[5][0].resolved_path, self);
    gather_close(&gathered);
    arena_release(&arena);
}

static enum fact_namespace network(const char *bundle, const char *path)
{
    struct arena arena = { 0 };
    struct gathered gathered = gather(
        &arena, bundle,
        arena_format(&arena, "'linux':{'namespaces':[{'type':'network','path':'%s'}]}", path));
    enum fact_namespace kind = gathered.facts.network;

    assert_int_equal(gathered.network_fd >= 0, kind == FACT_NAMESPACE_OTHER);
    gather_close(&gathered);
    arena_release(&arena);
    return kind;
}

static void test_gather_network_each_kind(void **state)
{
    auto_close int old_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    char old_path[64];

    assert_int_equal(network(*state, "/proc/self/ns/net"), FACT_NAMESPACE_HOST);
    assert_int_equal(network(*state, "/proc/self/ns/uts"), FACT_NAMESPACE_INVALID);
    assert_int_equal(network(*state, "/etc/passwd"), FACT_NAMESPACE_INVALID);
    assert_int_equal(network(*state, "/nothing"), FACT_NAMESPACE_INVALID);
    if (unshare(CLONE_NEWNET) < 0)
        skip();
    snprintf(old_path, sizeof old_path, "/proc/self/fd/%d", old_fd);
    assert_int_equal(network(*state, old_path), FACT_NAMESPACE_OTHER);
    assert_int_equal(setns(old_fd, CLONE_NEWNET), 0);
}

/* A fifo in the place of the namespace must not make us wait for its writer. */
static void test_gather_network_does_not_block(void **state)
{
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(network(*state, "/proc/self/cwd/fifo"), FACT_NAMESPACE_INVALID);
    unlink("fifo");
}

static void test_gather_missing_root_is_an_error(void **state)
{
    struct arena arena = { 0 };
    struct cgroup_host host = fixture_host(CGROUP_V2);
    struct policy policy = { 0 };
    struct spec spec = fixture_spec(&arena, "");
    struct gather_request request = { .state_root_fd = -1,
                                      .bundle_fd = AT_FDCWD,
                                      .spec = &spec,
                                      .policy = &policy,
                                      .cgroups = &host };
    struct gathered gathered;
    struct error err;

    (void)state;
    spec.root.path = "file";
    assert_int_equal(gather_facts(&arena, &request, &gathered, &err), -ENOTDIR);
    spec.root.path = "nothing";
    assert_int_equal(gather_facts(&arena, &request, &gathered, &err), -ENOENT);
    assert_string_equal(strstr(err.text, "root.path"),
                        "root.path: open 'nothing': no such file or directory");
    arena_release(&arena);
}

static void test_id_mapping_known_filesystems(void **state)
{
    (void)state;
    assert_true(gather_can_be_id_mapped(EXT4_SUPER_MAGIC));
    assert_true(gather_can_be_id_mapped(TMPFS_MAGIC));
    assert_false(gather_can_be_id_mapped(OVERLAYFS_SUPER_MAGIC));
    assert_false(gather_can_be_id_mapped(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gather_root_and_host),
        cmocka_unit_test(test_gather_sources_each_kind),
        cmocka_unit_test(test_gather_below_types_of_what_is_mounted_there),
        cmocka_unit_test(test_gather_below_only_with_a_recursive_bind),
        cmocka_unit_test(test_gather_denied_only_with_a_directory),
        cmocka_unit_test(test_gather_hooks_resolve_links_of_proc),
        cmocka_unit_test(test_gather_network_each_kind),
        cmocka_unit_test(test_gather_network_does_not_block),
        cmocka_unit_test(test_gather_missing_root_is_an_error),
        cmocka_unit_test(test_id_mapping_known_filesystems),
    };

    return cmocka_run_group_tests(tests, make_bundle, remove_bundle);
}
