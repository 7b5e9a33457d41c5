/* SPDX-License-Identifier: Apache-2.0
 *
 * From a bundle to a plan: the complaints, and what happens to the descriptors.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/pipeline/prepare.h"
#include "plan_fixture.h"

#define CONFIG                                                                                     \
    "{'ociVersion':'1.2.0','root':{'path':'r'},'mounts':["                                         \
    "{'destination':'/proc','type':'proc','source':'proc'},"                                       \
    "{'destination':'/data','type':'bind','source':'r','options':['rbind','ro']}],"                \
    "'process':{'cwd':'/','args':['true'],'env':['PATH=/bin']},"                                   \
    "'hooks':{'poststop':[{'path':'/proc/self/exe'}]}%s}"

static int make_bundle(void **state)
{
    char template[] = "/tmp/agentrun-prepare-XXXXXX";
    const char *bundle = mkdtemp(template);

    if (!bundle || chdir(bundle) < 0 || mkdir("r", 0755) < 0)
        return -1;
    *state = realpath(bundle, NULL);
    return *state ? 0 : -1;
}

static int remove_bundle(void **state)
{
    auto_free char *bundle = *state;

    rmdir("r");
    return chdir("/") < 0 ? -1 : rmdir(bundle);
}

static void write_config(const char *text)
{
    struct arena arena = { 0 };
    const char *config = quoted(&arena, text);
    struct error err;

    if (io_replace_file_at(AT_FDCWD, "config.json", config, strlen(config), 0600, &err) < 0)
        fail_msg("%s", err.text);
    arena_release(&arena);
}

static size_t count_descriptors(void)
{
    auto_closedir DIR *directory = opendir("/proc/self/fd");
    size_t n_descriptors = 0;

    assert_non_null(directory);
    while (readdir(directory))
        n_descriptors++;
    return n_descriptors;
}

static int prepare(struct arena *arena, const char *bundle, bool engine_may_look,
                   struct prepared *prepared, struct error *err)
{
    struct log log = { .fd = -1, .level = LOG_ERROR };
    struct context context = {
        .arena = arena, .log = &log, .root = "/nothing", .policy_file = "/nothing/policy.json"
    };
    struct prepare_request request = {
        .id = "c1", .bundle = bundle, .engine_may_look = engine_may_look, .root_fd = -1
    };

    return pipeline_prepare(&context, &request, prepared, err);
}

/* The error's text holds `text`; no descriptor stays open. */
static void check_refused(const char *bundle, int errnum, const char *text)
{
    size_t n_before = count_descriptors();
    struct arena arena = { 0 };
    struct prepared prepared = { 0 };
    struct error err = { 0 };

    if (prepare(&arena, bundle, true, &prepared, &err) != -errnum)
        fail_msg("%d, not %d: %s", err.errnum, errnum, err.text);
    if (!strstr(err.text, text))
        fail_msg("'%s' is not in '%s'", text, err.text);
    assert_int_equal(prepared.plan.n_descriptors, 0);
    prepared_close(&prepared);
    assert_int_equal(count_descriptors(), n_before);
    arena_release(&arena);
}

static void test_prepare_bad_bundle_is_refused(void **state)
{
    const char *bundle = *state;

    check_refused("/nothing", ENOENT, "bundle '/nothing': no such file or directory");
    check_refused("/etc/passwd", ENOTDIR, "bundle '/etc/passwd': not a directory");
    check_refused(bundle, ENOENT, "config.json");
    assert_int_equal(mkdir("config.json", 0700), 0);
    check_refused(bundle, EINVAL, "'config.json' is not a regular file");
    rmdir("config.json");
    assert_int_equal(mkfifo("config.json", 0600), 0);
    check_refused(bundle, EINVAL, "'config.json' is not a regular file");
    unlink("config.json");
}

#define BEGIN "{'ociVersion':'1.2.0','process':{'cwd':'/','args':['a']},"

static void test_prepare_bad_config_is_refused(void **state)
{
    static const struct {
        const char *config;
        int errnum;
        const char *text;
    } cases[] = {
        { "", EINVAL, "config.json:1:1" },
        { BEGIN "'root':", EINVAL, "config.json:1:" },
        { BEGIN "'hostname':'h'}", EINVAL, "root" },
        { "{'ociVersion':'1.2.0','root':{'path':'r'}}", EINVAL, "process: is missing" },
        { BEGIN "'root':{'path':'nothing'}}", ENOENT, "root.path: open 'nothing'" },
        { BEGIN "'root':{'path':'config.json'}}", ENOTDIR, "root.path" },
        { BEGIN "'root':{'path':'/'}}", EPERM, "agentrun: policy: " },
        { BEGIN "'root':{'path':'r'},'mounts':[{'destination':'/h','type':'bind',"
                "'source':'/etc'}]}",
          EPERM, "mounts[0].source" },
        /* Refused by the plan, when everything is open. */
        { BEGIN "'root':{'path':'r'},'linux':{'cgroupsPath':'a.slice:b:c'}}", ENOTSUP,
          "linux.cgroupsPath" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        write_config(cases[i].config);
        check_refused(*state, cases[i].errnum, cases[i].text);
    }
    unlink("config.json");
}

static void test_prepare_keeps_what_the_plan_needs(void **state)
{
    size_t n_before = count_descriptors();
    struct arena arena = { 0 };
    struct prepared prepared;
    struct error err;

    write_config(arena_format(&arena, CONFIG, ""));
    if (prepare(&arena, *state, true, &prepared, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(prepared.plan.n_descriptors, 2);
    assert_int_equal(count_descriptors(), n_before + 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(fcntl(prepared.plan.descriptors[i].fd, F_GETFD) & FD_CLOEXEC);
    assert_string_equal(prepared.plan.id, "c1");
    assert_string_equal(prepared.plan.root_path, arena_format(&arena, "%s/r", (char *)*state));
    assert_int_equal(prepared.plan.decoy, PLAN_DECOY_FRESH);
    assert_true(prepared.plan.new_keyring);
    assert_true(prepared.hardened.findings.n > 0);
    prepared_close(&prepared);
    assert_int_equal(count_descriptors(), n_before);
    prepared_close(&prepared);
    arena_release(&arena);
    unlink("config.json");
}

static enum plan_decoy decoy(const char *bundle, const char *config, bool engine_may_look)
{
    struct arena arena = { 0 };
    struct prepared prepared;
    struct error err;
    enum plan_decoy kind;

    write_config(config);
    if (prepare(&arena, bundle, engine_may_look, &prepared, &err) < 0)
        fail_msg("%s", err.text);
    kind = prepared.plan.decoy;
    prepared_close(&prepared);
    arena_release(&arena);
    unlink("config.json");
    return kind;
}

static void test_prepare_decoy_when_somebody_looks(void **state)
{
    static const char plain[] = BEGIN "'root':{'path':'r'}}";
    static const char hook[] = BEGIN "'root':{'path':'r'},"
                                     "'hooks':{'prestart':[{'path':'/bin/sh'}]}}";
    static const char host[] = BEGIN "'root':{'path':'r'},'linux':{'namespaces':"
                                     "[{'type':'network','path':'/proc/self/ns/net'}]}}";

    assert_int_equal(decoy(*state, plain, false), PLAN_DECOY_NONE);
    assert_int_equal(decoy(*state, plain, true), PLAN_DECOY_FRESH);
    assert_int_equal(decoy(*state, hook, false), PLAN_DECOY_FRESH);
    /* The host's own is never handed out to be decorated. */
    assert_int_equal(decoy(*state, host, false), PLAN_DECOY_FRESH);
    assert_int_equal(decoy(*state, host, true), PLAN_DECOY_FRESH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepare_bad_bundle_is_refused),
        cmocka_unit_test(test_prepare_bad_config_is_refused),
        cmocka_unit_test(test_prepare_keeps_what_the_plan_needs),
        cmocka_unit_test(test_prepare_decoy_when_somebody_looks),
    };

    return cmocka_run_group_tests(tests, make_bundle, remove_bundle);
}
