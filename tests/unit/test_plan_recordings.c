/* SPDX-License-Identifier: Apache-2.0
 *
 * Every config.json that a real engine sent is refused by the policy or becomes a plan that keeps
 * what the policy promises, whatever was asked.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/harden/harden.h"
#include "agentrun/plan/mount_options.h"
#include "agentrun/plan/print.h"
#include "agentrun/policy/builtin.h"
#include "plan_fixture.h"

/* Namespaces that no request may take away. */
#define ALWAYS_NEW (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/* What stands at the source, told by its name. */
static bool is_file_name(const char *path)
{
    static const char *const names[] = { "/hostname", "/hosts", "/docker-init", "/catatonit" };
    const char *base = strrchr(path, '/');

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(base, names[i]) == 0)
            return true;
    }
    return strchr(base, '.');
}

static struct fact_file make_source(const struct spec_mount *mount, int fd)
{
    bool is_file = mount->source && mount->source[0] == '/' && is_file_name(mount->source);

    if (!mount_options_bind(mount))
        return (struct fact_file){ .fd = -1 };
    return (struct fact_file){
        .fd = fd,
        .resolved_path = mount->source,
        .mode = is_file ? S_IFREG | 0644 : S_IFDIR | 0755,
        .device = 1,
        .inode = (ino_t)fd,
        .filesystem_magic = EXT4_SUPER_MAGIC,
        .can_be_id_mapped = true,
    };
}

/* All hooks are the engine's own program. */
static struct fact_file *make_hooks(struct arena *arena, const struct spec_hook_list *list)
{
    struct fact_file *files = ARENA_NEW_ARRAY(arena, struct fact_file, list->n_hooks);

    for (size_t i = 0; i < list->n_hooks; i++)
        files[i] = (struct fact_file){ .fd = -1,
                                       .resolved_path = "/usr/sbin/dockerd",
                                       .mode = S_IFREG | 0755 };
    return files;
}

static struct facts make_facts(struct arena *arena, const struct spec *spec)
{
    struct facts facts = {
        .container_id = "c1",
        .root = { .fd = 10, .resolved_path = "/bundle/r", .mode = S_IFDIR | 0755, .inode = 10 },
        .mount_sources = ARENA_NEW_ARRAY(arena, struct fact_file, spec->n_mounts),
        .n_mount_sources = spec->n_mounts,
        .hooks = { make_hooks(arena, &spec->hooks.prestart),
                   make_hooks(arena, &spec->hooks.create_runtime),
                   make_hooks(arena, &spec->hooks.create_container),
                   make_hooks(arena, &spec->hooks.start_container),
                   make_hooks(arena, &spec->hooks.poststart),
                   make_hooks(arena, &spec->hooks.poststop) },
        .n_host_cpus = 2,
    };

    for (size_t i = 0; i < spec->n_mounts; i++)
        facts.mount_sources[i] = make_source(&spec->mounts[i], 20 + (int)i);
    return facts;
}

static struct plan_request make_request(struct arena *arena, const struct hardened *hardened,
                                        const struct facts *facts, const struct cgroup_host *host)
{
    size_t n_mounts = hardened->spec.n_mounts;
    int *source_fds = ARENA_NEW_ARRAY(arena, int, n_mounts);
    struct plan_request request = fixture_request(arena, &hardened->spec, host);

    for (size_t i = 0; i < n_mounts; i++)
        source_fds[i] = hardened->mount_origins[i] < 0
                            ? -1
                            : facts->mount_sources[hardened->mount_origins[i]].fd;
    request.source_fds = source_fds;
    request.sources_are_files = ARENA_NEW_ARRAY(arena, bool, n_mounts);
    request.engine_looks = true;
    return request;
}

static bool has_write(const struct plan_cgroup *cgroup, const char *file)
{
    for (size_t i = 0; i < cgroup->n_writes; i++) {
        if (strcmp(cgroup->writes[i].file, file) == 0)
            return true;
    }
    return false;
}

static bool has_mount(const struct plan *plan, enum plan_mount_kind kind, const char *target)
{
    for (size_t i = 0; i < plan->n_mounts; i++) {
        if (plan->mounts[i].kind == kind && strcmp(plan->mounts[i].target, target) == 0)
            return true;
    }
    return false;
}

static void check_mounts(const struct plan *plan)
{
    assert_true(plan->root_readonly);
    assert_true(has_mount(plan, PLAN_MOUNT_DEV, "/dev"));
    assert_true(has_mount(plan, PLAN_MOUNT_MASK, "/proc/kcore"));
    assert_true(has_mount(plan, PLAN_MOUNT_READONLY, "/proc/sys"));
    for (size_t i = 0; i < plan->n_mounts; i++) {
        const struct plan_mount *mount = &plan->mounts[i];
        uint64_t set = mount->set | mount->set_recursive;

        if (mount->kind != PLAN_MOUNT_BIND)
            continue;
        assert_true(set & MOUNT_ATTR_NOSUID);
        assert_true(set & MOUNT_ATTR_NODEV);
        assert_false((mount->clear | mount->clear_recursive) &
                     (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
        assert_true(mount->propagation == 0 || mount->propagation == MS_PRIVATE);
    }
}

static void check_promises(const struct plan *plan)
{
    const struct plan_capabilities *capabilities = &plan->process.capabilities;

    assert_int_equal(plan->clone_flags & ALWAYS_NEW, ALWAYS_NEW);
    assert_true(plan->new_cgroup_namespace);
    assert_int_equal(plan->decoy, PLAN_DECOY_FRESH);
    check_mounts(plan);
    assert_int_equal(plan->n_devices, 6);
    assert_true(has_write(&plan->cgroup, "memory.limit_in_bytes"));
    assert_true(has_write(&plan->cgroup, "memory.memsw.limit_in_bytes"));
    assert_true(has_write(&plan->cgroup, "pids.max"));
    assert_true(has_write(&plan->cgroup, "cpu.cfs_quota_us"));
    assert_int_equal(plan->cgroup.n_device_rules, 8);
    assert_true(plan->has_process);
    assert_int_equal(capabilities->bounding | capabilities->permitted | capabilities->effective |
                         capabilities->inheritable | capabilities->ambient,
                     0);
    /* Nobody is the host's root: a user namespace maps id 0 to another. */
    assert_true(plan->process.uid != 0 || (plan->uid_map && plan->root_uid != 0));
    assert_true(plan->process.oom_score_adj >= 500);
    assert_true(plan->process.filters[PLAN_FILTER_DENYLIST].n_instructions > 0);
}

/* Returns whether it became a plan. */
static bool check_config(struct arena *arena, const char *path, const char *text)
{
    struct cgroup_host host = fixture_host(CGROUP_V1);
    struct spec spec;
    struct facts facts;
    struct hardened hardened;
    struct plan_request request;
    struct plan plan;
    struct error err;

    if (spec_decode(arena, path, text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    facts = make_facts(arena, &spec);
    if (harden_container(arena, &spec, policy_builtin(), &facts, &hardened, &err) < 0) {
        if (err.kind != ERROR_POLICY || strncmp(err.text, "agentrun: policy: ", 18) != 0)
            fail_msg("%s: %s", path, err.text);
        return false;
    }
    request = make_request(arena, &hardened, &facts, &host);
    if (plan_build(arena, &request, &plan, &err) < 0) {
        if (!strstr(err.text, "linux.cgroupsPath") || !strstr(err.text, "systemd"))
            fail_msg("%s: %s", path, err.text);
        return false;
    }
    check_promises(&plan);
    assert_true(strlen(plan_print(arena, &plan)) > 1000);
    return true;
}

struct counts {
    size_t n_planned, n_refused;
};

static void check_engine(const char *engine, struct counts *counts)
{
    auto_closedir DIR *directory = opendir(engine);
    struct dirent *entry;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        struct arena arena = { 0 };
        struct error err;
        size_t n_bytes;
        char path[PATH_MAX], *text;

        if (!strstr(entry->d_name, ".json") || strstr(entry->d_name, ".process") ||
            strstr(entry->d_name, ".resources"))
            continue;
        snprintf(path, sizeof path, "%s/%s", engine, entry->d_name);
        if (io_read_file_at(&arena, AT_FDCWD, path, JSON_MAX_BYTES, &text, &n_bytes, &err) < 0)
            fail_msg("%s", err.text);
        if (check_config(&arena, path, text))
            counts->n_planned++;
        else
            counts->n_refused++;
        arena_release(&arena);
    }
}

static void test_recordings_become_plans_that_keep_the_promises(void **state)
{
    auto_closedir DIR *directory = opendir(RECORDINGS);
    struct counts counts = { 0 };
    struct dirent *entry;

    (void)state;
    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char path[PATH_MAX];

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", RECORDINGS, entry->d_name);
        check_engine(path, &counts);
    }
    print_message("%zu planned, %zu refused\n", counts.n_planned, counts.n_refused);
    assert_true(counts.n_planned > 80);
    assert_true(counts.n_refused > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordings_become_plans_that_keep_the_promises),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
