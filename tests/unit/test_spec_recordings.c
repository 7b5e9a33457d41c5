/* SPDX-License-Identifier: Apache-2.0
 *
 * Every document that a real engine sent decodes, holds nothing unknown, and survives encoding.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/spec/decode.h"
#include "agentrun/spec/encode.h"

/* A document is told by its name: CASE.json, CASE.process-2.json, CASE.resources.json. */
struct document_kind {
    const char *mark;
    int (*decode)(struct arena *arena, const char *name, const char *text, size_t n_bytes,
                  struct spec *out_spec, struct error *err);
    void (*encode)(struct json_writer *writer, const struct spec *spec);
};

static void encode_process(struct json_writer *writer, const struct spec *spec)
{
    spec_encode_process(writer, &spec->process);
}

static void encode_resources(struct json_writer *writer, const struct spec *spec)
{
    spec_encode_resources(writer, &spec->linux.resources);
}

static const struct document_kind kinds[] = {
    { ".process", spec_decode_process, encode_process },
    { ".resources", spec_decode_resources, encode_resources },
    { "", spec_decode, spec_encode },
};

static const struct document_kind *kind_of(const char *path)
{
    size_t i = 0;

    while (!strstr(strrchr(path, '/'), kinds[i].mark))
        i++;
    return &kinds[i];
}

static void decode(struct arena *arena, const char *path, const char *text, struct spec *out_spec)
{
    struct error err;

    if (kind_of(path)->decode(arena, path, text, strlen(text), out_spec, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < out_spec->n_unknown_fields; i++)
        fail_msg("%s: unknown: %s", path, out_spec->unknown_fields[i]);
}

static const char *encode(struct arena *arena, const char *path, const struct spec *spec)
{
    struct json_writer *writer = json_writer_new(arena, true);

    kind_of(path)->encode(writer, spec);
    return json_writer_finish(writer, NULL);
}

static void load(struct arena *arena, const char *path, struct spec *out_spec)
{
    struct error err;
    size_t n_bytes;
    char *text;

    if (io_read_file_at(arena, AT_FDCWD, path, JSON_MAX_BYTES, &text, &n_bytes, &err) < 0)
        fail_msg("%s", err.text);
    decode(arena, path, text, out_spec);
}

/* Decode, encode, decode, encode: both encodings are the same. */
static void check_document(const char *path)
{
    struct arena arena = { 0 };
    struct spec first, second;
    const char *encoded;

    load(&arena, path, &first);
    encoded = encode(&arena, path, &first);
    decode(&arena, path, encoded, &second);
    assert_string_equal(encoded, encode(&arena, path, &second));
    arena_release(&arena);
}

static size_t check_engine(const char *engine)
{
    auto_closedir DIR *directory = opendir(engine);
    struct dirent *entry;
    size_t n_documents = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char path[PATH_MAX];

        if (!strstr(entry->d_name, ".json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", engine, entry->d_name);
        check_document(path);
        n_documents++;
    }
    return n_documents;
}

static void test_recordings_all_survive(void **state)
{
    auto_closedir DIR *directory = opendir(RECORDINGS);
    struct dirent *entry;
    size_t n_documents = 0;

    (void)state;
    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char path[PATH_MAX];

        if (strchr(entry->d_name, '.') == entry->d_name || !strchr(entry->d_name, '-'))
            continue;
        snprintf(path, sizeof path, RECORDINGS "/%s", entry->d_name);
        n_documents += check_engine(path);
    }
    assert_true(n_documents >= 100);
}

/* What was decoded is what stands there. */
static void test_recordings_docker_plain_run_has_its_values(void **state)
{
    struct arena arena = { 0 };
    struct spec spec;

    (void)state;
    load(&arena, RECORDINGS "/docker-20.10/plain-run.json", &spec);
    assert_string_equal(spec.oci_version, "1.0.2-dev");
    assert_int_equal(spec.process.user.n_additional_gids, 2);
    assert_int_equal(spec.process.user.additional_gids[1], 10);
    assert_int_equal(spec.process.capabilities.bounding.bits, 0xa80425fb);
    assert_false(spec.process.capabilities.ambient.is_set);
    assert_true(spec.process.oom_score_adj.is_set);
    assert_string_equal(spec.mounts[0].destination, "/proc");
    assert_int_equal(spec.mounts[0].n_options, 3);
    assert_int_equal(spec.hooks.prestart.n_hooks, 1);
    assert_string_equal(spec.hooks.prestart.hooks[0].args[0], "libnetwork-setkey");
    assert_true(spec.linux.namespaces[NAMESPACE_NETWORK].is_set);
    assert_null(spec.linux.namespaces[NAMESPACE_NETWORK].path);
    assert_false(spec.linux.namespaces[NAMESPACE_USER].is_set);
    assert_string_equal(spec.linux.seccomp.default_action, "SCMP_ACT_ERRNO");
    assert_true(spec.linux.seccomp.rules[0].n_names > 300);
    assert_false(spec.linux.resources.devices[0].allow);
    arena_release(&arena);
}

static void test_recordings_docker_exec_has_its_values(void **state)
{
    struct arena arena = { 0 };
    struct spec spec;

    (void)state;
    load(&arena, RECORDINGS "/docker-20.10/exec.process.json", &spec);
    assert_true(spec.has_process);
    assert_true(spec.process.n_args > 0);
    assert_null(spec.root.path);
    load(&arena, RECORDINGS "/podman-4.3-root/update.resources.json", &spec);
    assert_true(spec.linux.resources.is_set);
    assert_false(spec.has_process);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recordings_all_survive),
        cmocka_unit_test(test_recordings_docker_plain_run_has_its_values),
        cmocka_unit_test(test_recordings_docker_exec_has_its_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
