/* SPDX-License-Identifier: Apache-2.0
 *
 * What the golden cases cannot say: values that decoding refuses already, and the interface.
 */
#include <errno.h>
#include <linux/magic.h>
#include <sys/stat.h>

#include "agentrun/base/scope.h"
#include "agentrun/harden/cpu_quota.h"
#include "agentrun/harden/kernel_files.h"
#include "agentrun/harden/mount_places.h"
#include "agentrun/harden/mount_words.h"
#include "harden_support.h"

static void test_invalid_ids_are_refused(void **state)
{
    struct arena arena = { 0 };
    uint32_t groups[] = { 5, UINT32_MAX };
    struct spec spec = support_config(&arena, "");

    (void)state;
    spec.process.user.uid = UINT32_MAX;
    support_refused(&arena, &spec, "user.invalid-id");
    spec.process.user.uid = 5;
    spec.process.user.gid = UINT32_MAX;
    support_refused(&arena, &spec, "user.invalid-id");
    spec.process.user.gid = 5;
    spec.process.user.additional_gids = groups;
    spec.process.user.n_additional_gids = 2;
    support_refused(&arena, &spec, "user.invalid-id");
    arena_release(&arena);
}

static void test_relative_directory_is_refused(void **state)
{
    struct arena arena = { 0 };
    struct spec spec = support_config(&arena, "");

    (void)state;
    spec.process.cwd = "fd/7";
    support_refused(&arena, &spec, "process.cwd");
    arena_release(&arena);
}

static void test_rlimits_that_contradict_are_refused(void **state)
{
    struct arena arena = { 0 };
    struct spec_rlimit limits[] = { { "RLIMIT_FSIZE", 1, 5, 4 }, { "RLIMIT_FSIZE", 1, 4, 4 } };
    struct spec spec = support_config(&arena, "");

    (void)state;
    spec.process.rlimits = limits;
    spec.process.n_rlimits = 1;
    support_refused(&arena, &spec, "rlimit.invalid");
    limits[0].soft = 4;
    spec.process.n_rlimits = 2;
    support_refused(&arena, &spec, "rlimit.invalid");
    arena_release(&arena);
}

static void test_environment_without_name_is_refused(void **state)
{
    static const char *const entries[] = { "=x", "x", "" };
    struct arena arena = { 0 };
    struct spec spec = support_config(&arena, "");
    char *huge = arena_alloc(&arena, 131073);
    const char *entry;

    (void)state;
    spec.process.env = &entry;
    spec.process.n_env = 1;
    for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
        entry = entries[i];
        support_refused(&arena, &spec, "env.invalid");
    }
    memset(huge, 'x', 131072);
    huge[1] = '=';
    entry = huge;
    support_refused(&arena, &spec, "env.invalid");
    arena_release(&arena);
}

static void test_paths_that_are_none_are_dropped(void **state)
{
    static const char *paths[] = { "relative", "/", "///", "/kept" };
    struct arena arena = { 0 };
    struct spec spec = support_config(&arena, "");
    struct hardened hardened;

    (void)state;
    spec.linux.masked_paths = paths;
    spec.linux.n_masked_paths = ARRAY_SIZE(paths);
    hardened = support_harden(&arena, &spec);
    assert_string_equal(hardened.spec.linux.masked_paths[0], "/kept");
    assert_non_null(support_finding(&hardened, "paths.invalid", "linux.maskedPaths[0]"));
    assert_non_null(support_finding(&hardened, "paths.invalid", "linux.maskedPaths[2]"));
    spec.linux.n_masked_paths = 0;
    spec.linux.readonly_paths = paths;
    spec.linux.n_readonly_paths = ARRAY_SIZE(paths);
    hardened = support_harden(&arena, &spec);
    assert_string_equal(hardened.spec.linux.readonly_paths[0], "/kept");
    arena_release(&arena);
}

static void test_paths_beyond_the_limit_are_dropped(void **state)
{
    struct arena arena = { 0 };
    struct spec spec = support_config(&arena, "");
    const char **paths = ARENA_NEW_ARRAY(&arena, const char *, 600);
    struct hardened hardened;

    (void)state;
    for (size_t i = 0; i < 600; i++)
        paths[i] = arena_format(&arena, "/p%zu", i);
    spec.linux.masked_paths = paths;
    spec.linux.n_masked_paths = 600;
    hardened = support_harden(&arena, &spec);
    assert_int_equal(hardened.spec.linux.n_masked_paths, 512 + policy_builtin()->paths.n_masked);
    arena_release(&arena);
}

static void test_unknown_seccomp_flag_is_dropped(void **state)
{
    struct arena arena = { 0 };
    const char *flags[] = { "SECCOMP_FILTER_FLAG_OTHER" };
    struct spec spec =
        support_config(&arena, "'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW'}}");
    struct hardened hardened;

    (void)state;
    spec.linux.seccomp.flags = flags;
    spec.linux.seccomp.n_flags = 1;
    hardened = support_harden(&arena, &spec);
    assert_int_equal(hardened.spec.linux.seccomp.n_flags, 0);
    arena_release(&arena);
}

/* The request is the caller's: hardening works on copies. */
static void test_request_is_left_alone(void **state)
{
    struct arena arena = { 0 };
    struct spec spec = support_config(
        &arena, "'mounts':[{'destination':'/w/../x','type':'bind','source':'/tmp/w','options':"
                "['bind','suid']},{'destination':'/t','type':'tmpfs','source':'t','options':"
                "['size=9g']}],'linux':{'resources':{'unified':{'memory.max':'max'},"
                "'hugepageLimits':[{'pageSize':'2MB','limit':5}]},"
                "'devices':[{'type':'b','path':'/dev/null','major':8,'minor':0}]}");
    const char *before = support_encode(&arena, &spec);

    (void)state;
    (void)support_harden(&arena, &spec);
    assert_string_equal(before, support_encode(&arena, &spec));
    arena_release(&arena);
}

static void test_refusal_leaves_the_output_alone(void **state)
{
    struct arena arena = { 0 };
    struct spec spec = support_config(
        &arena, "'mounts':[{'destination':'/h','type':'bind','source':'/','options':['bind']}]");
    struct facts facts = support_facts(&arena, &spec, NULL);
    struct hardened hardened, untouched;
    struct error err;

    (void)state;
    memset(&hardened, 0x5a, sizeof hardened);
    memset(&untouched, 0x5a, sizeof untouched);
    assert_int_equal(harden_container(&arena, &spec, policy_builtin(), &facts, &hardened, &err),
                     -EPERM);
    assert_memory_equal(&hardened, &untouched, sizeof hardened);
    arena_release(&arena);
}

/* A bind whose source nobody looked at is refused, whatever the facts are short of. */
static void test_bind_without_fact_is_refused(void **state)
{
    struct arena arena = { 0 };
    struct spec spec =
        support_config(&arena, "'mounts':[{'destination':'/h','type':'bind','source':'/tmp/x'}]");
    struct facts facts = support_facts(&arena, &spec, NULL);
    struct hardened hardened;
    struct error err;

    (void)state;
    facts.n_mount_sources = 0;
    assert_int_equal(harden_container(&arena, &spec, policy_builtin(), &facts, &hardened, &err),
                     -EPERM);
    assert_non_null(strstr(err.text, "mounts.source-missing"));
    arena_release(&arena);
}

static void test_container_without_process_is_hardened(void **state)
{
    struct arena arena = { 0 };
    struct spec spec = support_spec(&arena, "{'ociVersion':'1.0.2','root':{'path':'r'}}");
    struct hardened hardened = support_harden(&arena, &spec);

    (void)state;
    assert_false(hardened.spec.has_process);
    assert_int_equal(hardened.spec.process.n_env, 0);
    assert_true(hardened.spec.root.readonly);
    arena_release(&arena);
}

static void test_origins_name_the_mounts_of_the_request(void **state)
{
    struct arena arena = { 0 };
    struct spec spec =
        support_config(&arena, "'mounts':[{'destination':'/proc','type':'proc','source':'proc'},"
                               "{'destination':'/proc2','type':'tmpfs','source':'t'},"
                               "{'destination':'/w','type':'bind','source':'/tmp/w'}]");
    struct hardened hardened = support_harden(&arena, &spec);
    unsigned found = 0;

    (void)state;
    for (size_t i = 0; i < hardened.spec.n_mounts; i++) {
        int origin = hardened.mount_origins[i];

        if (origin < 0)
            continue;
        assert_string_equal(hardened.spec.mounts[i].destination, spec.mounts[origin].destination);
        found |= 1u << origin;
    }
    assert_int_equal(found, 7);
    arena_release(&arena);
}

static void test_mount_words_are_sorted(void **state)
{
    size_t n_words;
    const struct mount_word *words = mount_word_table(&n_words);

    (void)state;
    for (size_t i = 1; i < n_words; i++)
        assert_true(strcmp(words[i - 1].name, words[i].name) < 0);
    for (size_t i = 0; i < n_words; i++)
        assert_ptr_equal(mount_word_find(words[i].name, words[i].classes), &words[i]);
}

static void test_mount_words_go_by_kind_and_value(void **state)
{
    (void)state;
    assert_non_null(mount_word_find("size=5m", MOUNT_TMPFS));
    assert_null(mount_word_find("size=5m", MOUNT_BIND));
    assert_null(mount_word_find("size", MOUNT_TMPFS));
    assert_null(mount_word_find("ro=1", MOUNT_TMPFS));
    assert_null(mount_word_find("", MOUNT_TMPFS));
    assert_null(mount_word_find("=", MOUNT_TMPFS));
    assert_null(mount_word_find("r", MOUNT_TMPFS));
}

static void test_places_within_others_come_later(void **state)
{
    size_t n_places;
    const struct mount_place *places = mount_place_table(&n_places);

    (void)state;
    for (size_t i = 0; i < n_places; i++)
        for (size_t j = 0; j < i; j++) {
            size_t n_bytes = strlen(places[i].destination);

            assert_false(strncmp(places[j].destination, places[i].destination, n_bytes) == 0 &&
                         places[j].destination[n_bytes] == '/');
        }
}

static void test_quota_keeps_the_share_and_the_ceiling(void **state)
{
    static const struct {
        unsigned n_cpus;
        struct cpu_quota asked, expected;
    } cases[] = {
        { 8, { 0, 0 }, { 200000, 100000 } },
        { 8, { -1, 50000 }, { 100000, 50000 } },
        { 1, { 0, 0 }, { 100000, 100000 } },
        { 0, { 0, 0 }, { 200000, 100000 } },
        { 8, { 50000, 100000 }, { 50000, 100000 } },
        { 8, { 300000, 100000 }, { 200000, 100000 } },
        { 8, { 500, 1000 }, { 5000, 10000 } },
        { 8, { 2000000, 2000000 }, { 1000000, 1000000 } },
        { 8, { INT64_MAX, INT64_MAX }, { 1000000, 1000000 } },
        { 8, { 100, 0 }, { 100, 100000 } },
        { UINT32_MAX, { 0, 0 }, { 200000, 100000 } },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cpu_quota clamped =
            cpu_quota_clamp(policy_builtin(), cases[i].n_cpus, cases[i].asked);

        assert_int_equal(clamped.quota_us, cases[i].expected.quota_us);
        assert_int_equal(clamped.period_us, cases[i].expected.period_us);
    }
}

static void test_kernel_file_systems_are_known(void **state)
{
    (void)state;
    assert_string_equal(kernel_files_name(PROC_SUPER_MAGIC), "proc");
    assert_string_equal(kernel_files_name(CGROUP2_SUPER_MAGIC), "cgroup2");
    assert_null(kernel_files_name(EXT4_SUPER_MAGIC));
    assert_null(kernel_files_name(TMPFS_MAGIC));
}

static void test_findings_are_encoded(void **state)
{
    struct arena arena = { 0 };
    struct findings findings = { 0 };
    const struct finding first = { "a.b", FINDING_DROPPED, "place", "x", NULL, "why", "how", NULL };
    const struct finding second = { "c.d", FINDING_NOTED, "p", NULL, "y", "w", "h", NULL };
    struct json_writer *writer = json_writer_new(&arena, false);

    (void)state;
    finding_add(&arena, &findings, &first);
    finding_add(&arena, &findings, &second);
    assert_int_equal(findings.n, 2);
    findings_encode(writer, &findings);
    assert_string_equal(
        json_writer_finish(writer, NULL),
        "[{\"id\":\"a.b\",\"action\":\"dropped\",\"place\":\"place\",\"asked\":\"x\","
        "\"rule\":\"why\",\"allow\":\"how\"},{\"id\":\"c.d\",\"action\":\"noted\","
        "\"place\":\"p\",\"enforced\":\"y\",\"rule\":\"w\",\"allow\":\"h\"}]");
    assert_string_equal(finding_text(&arena, findings.first),
                        "a.b: place: asked x, enforced nothing: why");
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_invalid_ids_are_refused),
        cmocka_unit_test(test_relative_directory_is_refused),
        cmocka_unit_test(test_rlimits_that_contradict_are_refused),
        cmocka_unit_test(test_environment_without_name_is_refused),
        cmocka_unit_test(test_paths_that_are_none_are_dropped),
        cmocka_unit_test(test_paths_beyond_the_limit_are_dropped),
        cmocka_unit_test(test_unknown_seccomp_flag_is_dropped),
        cmocka_unit_test(test_request_is_left_alone),
        cmocka_unit_test(test_refusal_leaves_the_output_alone),
        cmocka_unit_test(test_bind_without_fact_is_refused),
        cmocka_unit_test(test_container_without_process_is_hardened),
        cmocka_unit_test(test_origins_name_the_mounts_of_the_request),
        cmocka_unit_test(test_mount_words_are_sorted),
        cmocka_unit_test(test_mount_words_go_by_kind_and_value),
        cmocka_unit_test(test_places_within_others_come_later),
        cmocka_unit_test(test_quota_keeps_the_share_and_the_ceiling),
        cmocka_unit_test(test_kernel_file_systems_are_known),
        cmocka_unit_test(test_findings_are_encoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
