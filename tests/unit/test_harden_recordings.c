/* SPDX-License-Identifier: Apache-2.0
 *
 * What real engines sent is hardened without a refusal, or with the one that is meant. Facts are
 * by name, see harden_support.h.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "harden_support.h"

/* The documents that are refused, with the rule. */
static const struct {
    const char *document, *rule;
} refused[] = {
    { "containerd-cri-1.6/host-everything-privileged.json", "mounts.host-root" },
    { "containerd-cri-1.6/mount-bidirectional.json", "mounts.host-path" },
    { "containerd-cri-1.6/mount-run-containerd-sock.json", "mounts.engine-socket" },
    { "containerd-cri-1.6/mounts.json", "mounts.host-path" },
    { "containerd-ctr-1.6/mount.json", "mounts.host-path" },
    { "docker-20.10/bind-docker-sock.json", "mounts.engine-socket" },
    { "docker-20.10/bind-proc-sys.json", "mounts.kernel-fs" },
    { "docker-20.10/bind-ro.json", "mounts.host-path" },
    { "docker-20.10/bind-root.json", "mounts.host-root" },
    { "docker-20.10/bind-shared.json", "mounts.host-path" },
    { "docker-20.10/mount-bind-propagation.json", "mounts.host-path" },
    { "podman-4.3-root/bind-U-idmap.json", "mounts.host-path" },
    { "podman-4.3-root/bind-shared-z.json", "mounts.host-path" },
    { "podman-4.3-root/volume-overlay.json", "mounts.overlay" },
    { "podman-4.3-rootless/bind-root.json", "mounts.host-root" },
};

static const char *expected_rule(const char *document)
{
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
        if (strcmp(refused[i].document, document) == 0)
            return refused[i].rule;
    return NULL;
}

static const char *load(struct arena *arena, const char *document)
{
    struct error err;
    size_t n_bytes;
    char *text;

    if (io_read_file_at(arena, AT_FDCWD, arena_format(arena, RECORDINGS "/%s", document),
                        JSON_MAX_BYTES, &text, &n_bytes, &err) < 0)
        fail_msg("%s", err.text);
    return text;
}

static void decode(struct arena *arena, const char *document,
                   int (*decoder)(struct arena *arena, const char *name, const char *text,
                                  size_t n_bytes, struct spec *out_spec, struct error *err),
                   struct spec *out_spec)
{
    const char *text = load(arena, document);
    struct error err;

    if (decoder(arena, document, text, strlen(text), out_spec, &err) < 0)
        fail_msg("%s", err.text);
}

/* Rootless engines run the runtime in a user namespace. */
static struct facts facts_of(struct arena *arena, const char *document, const struct spec *spec)
{
    struct facts facts = support_facts(arena, spec, NULL);

    facts.is_in_user_namespace = strstr(document, "rootless") != NULL;
    return facts;
}

static void expect_hardened(const struct spec *spec)
{
    const struct spec_process *process = &spec->process;

    assert_true(process->no_new_privileges.value);
    assert_int_equal(process->capabilities.bounding.bits, 0);
    assert_true(process->user.uid != 0 || spec->linux.namespaces[NAMESPACE_USER].is_set);
    assert_true(spec->root.readonly);
    assert_true(spec->linux.namespaces[NAMESPACE_NETWORK].is_set);
    assert_null(spec->linux.namespaces[NAMESPACE_NETWORK].path);
    assert_true((uint64_t)spec->linux.resources.memory.limit.value <=
                policy_builtin()->resources.memory_limit_bytes);
}

static void check_config(const char *document)
{
    struct arena arena = { 0 };
    const char *rule = expected_rule(document);
    struct hardened hardened;
    struct spec spec;
    struct facts facts;
    struct error err;
    int r;

    decode(&arena, document, spec_decode, &spec);
    facts = facts_of(&arena, document, &spec);
    r = harden_container(&arena, &spec, policy_builtin(), &facts, &hardened, &err);
    if (r < 0 && (!rule || !strstr(err.text, arena_format(&arena, "(rule %s;", rule))))
        fail_msg("%s: expected %s: %s", document, rule ? rule : "no refusal", err.text);
    if (r == 0 && rule)
        fail_msg("%s: expected %s", document, rule);
    if (r == 0)
        expect_hardened(&hardened.spec);
    arena_release(&arena);
}

/* An ordinary container, for exec and update. */
static void make_container(struct arena *arena, struct hardened *out_hardened)
{
    static const char document[] = "docker-20.10/plain-run.json";
    struct spec *spec = ARENA_NEW(arena, struct spec);
    struct facts facts;
    struct error err;

    decode(arena, document, spec_decode, spec);
    facts = facts_of(arena, document, spec);
    if (harden_container(arena, spec, policy_builtin(), &facts, out_hardened, &err) < 0)
        fail_msg("%s", err.text);
}

static void check_process(const char *document)
{
    struct arena arena = { 0 };
    struct hardened container, hardened;
    struct spec spec;
    struct error err;

    make_container(&arena, &container);
    decode(&arena, document, spec_decode_process, &spec);
    if (harden_exec(&arena, &spec, &container.spec, policy_builtin(), &hardened, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_not_equal(hardened.spec.process.user.uid, 0);
    assert_true(hardened.spec.process.no_new_privileges.value);
    assert_int_equal(hardened.spec.process.capabilities.effective.bits, 0);
    arena_release(&arena);
}

static void check_resources(const char *document)
{
    struct arena arena = { 0 };
    struct hardened container, hardened;
    struct spec spec;
    struct facts facts;
    struct error err;

    make_container(&arena, &container);
    decode(&arena, document, spec_decode_resources, &spec);
    facts = support_facts(&arena, &spec, NULL);
    if (harden_update(&arena, &spec, &container.spec, policy_builtin(), &facts, &hardened, &err) <
        0)
        fail_msg("%s", err.text);
    assert_true((uint64_t)hardened.spec.linux.resources.memory.limit.value <=
                policy_builtin()->resources.memory_limit_bytes);
    assert_int_equal(hardened.spec.linux.resources.n_devices, 0);
    arena_release(&arena);
}

static void check_document(const char *document)
{
    if (strstr(document, ".process"))
        check_process(document);
    else if (strstr(document, ".resources"))
        check_resources(document);
    else
        check_config(document);
}

static size_t check_engine(const char *engine)
{
    char path[PATH_MAX];
    struct dirent *entry;
    size_t n_documents = 0;

    snprintf(path, sizeof path, RECORDINGS "/%s", engine);
    auto_closedir DIR *directory = opendir(path);
    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char document[PATH_MAX];

        if (!strstr(entry->d_name, ".json"))
            continue;
        snprintf(document, sizeof document, "%s/%s", engine, entry->d_name);
        check_document(document);
        n_documents++;
    }
    return n_documents;
}

static void test_recordings_are_hardened_or_refused_as_meant(void **state)
{
    auto_closedir DIR *directory = opendir(RECORDINGS);
    struct dirent *entry;
    size_t n_documents = 0;

    (void)state;
    assert_non_null(directory);
    while ((entry = readdir(directory)))
        if (entry->d_name[0] != '.' && strchr(entry->d_name, '-'))
            n_documents += check_engine(entry->d_name);
    assert_true(n_documents >= 100);
}

/* Every expectation is about a document that is there. */
static void test_recordings_expected_refusals_exist(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
        (void)load(&arena, refused[i].document);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordings_are_hardened_or_refused_as_meant),
        cmocka_unit_test(test_recordings_expected_refusals_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
