/* SPDX-License-Identifier: Apache-2.0
 *
 * Cases of hardening as folders, tests/golden/<topic>/<case>/:
 *
 *   why.txt        what the case shows
 *   config.json    what a caller asks for (or process.json: an exec, resources.json: an update)
 *   container.json for exec and update: the config that the container was made of
 *   facts.json     what is special about the host: harden_support.h
 *   hardened.json  what the container gets, as far as it differs from what baseline/empty gets (an
 *                  exec: from baseline/exec); absent when it is refused
 *   findings.txt   what was changed and why, without what the baseline finds too; or the refusal
 *
 * With REGOLD=1 in the environment the last two are written anew; look at the difference.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "harden_support.h"
#include "json_difference.h"

#define BASELINE_CONFIG  GOLDEN "/baseline/empty"
#define BASELINE_PROCESS GOLDEN "/baseline/exec"

/* What hardening says, as text. */
struct outcome {
    const char *hardened; /* NULL: refused */
    const char **findings;
    size_t n_findings;
};

/* NULL when there is no such file. */
static const char *read_text(struct arena *arena, const char *directory, const char *name)
{
    const char *path = arena_format(arena, "%s/%s", directory, name);
    struct error err;
    size_t n_bytes;
    char *text;

    if (access(path, F_OK) < 0)
        return NULL;
    if (io_read_file_at(arena, AT_FDCWD, path, JSON_MAX_BYTES, &text, &n_bytes, &err) < 0)
        fail_msg("%s", err.text);
    return text;
}

/* What does not decode is refused as well. */
static int decode(struct arena *arena, const char *directory, const char *name,
                  int (*decoder)(struct arena *arena, const char *name, const char *text,
                                 size_t n_bytes, struct spec *out_spec, struct error *err),
                  struct spec *out_spec, struct error *err)
{
    const char *text = read_text(arena, directory, name);

    if (!text)
        fail_msg("%s/%s is missing", directory, name);
    return decoder(arena, name, text, strlen(text), out_spec, err);
}

static const struct json *described_facts(struct arena *arena, const char *directory)
{
    const char *text = read_text(arena, directory, "facts.json");

    return text ? json_parsed(arena, "facts.json", text).root : NULL;
}

static int harden_config(struct arena *arena, const char *directory, const char *name,
                         struct hardened *out_hardened, struct error *err)
{
    struct spec *request = ARENA_NEW(arena, struct spec);
    struct facts facts;
    int r = decode(arena, directory, name, spec_decode, request, err);

    if (r < 0)
        return r;
    facts = support_facts(arena, request, described_facts(arena, directory));
    return harden_container(arena, request, policy_builtin(), &facts, out_hardened, err);
}

/* The container that an exec or an update is about. */
static const struct spec *container(struct arena *arena, const char *directory)
{
    struct hardened *hardened = ARENA_NEW(arena, struct hardened);
    struct error err;

    if (harden_config(arena, directory, "container.json", hardened, &err) < 0)
        fail_msg("%s: %s", directory, err.text);
    return &hardened->spec;
}

static int harden_process(struct arena *arena, const char *directory, struct hardened *out_hardened,
                          struct error *err)
{
    struct spec *request = ARENA_NEW(arena, struct spec);
    int r = decode(arena, directory, "process.json", spec_decode_process, request, err);

    if (r < 0)
        return r;
    return harden_exec(arena, request, container(arena, directory), policy_builtin(), out_hardened,
                       err);
}

static int harden_resources(struct arena *arena, const char *directory,
                            struct hardened *out_hardened, struct error *err)
{
    struct spec *request = ARENA_NEW(arena, struct spec);
    struct facts facts;
    int r = decode(arena, directory, "resources.json", spec_decode_resources, request, err);

    if (r < 0)
        return r;
    facts = support_facts(arena, request, described_facts(arena, directory));
    return harden_update(arena, request, container(arena, directory), policy_builtin(), &facts,
                         out_hardened, err);
}

static const char *encode(struct arena *arena, const char *directory,
                          const struct hardened *hardened)
{
    struct json_writer *writer = json_writer_new(arena, true);

    if (read_text(arena, directory, "process.json"))
        spec_encode_process(writer, &hardened->spec.process);
    else if (read_text(arena, directory, "resources.json"))
        spec_encode_resources(writer, &hardened->spec.linux.resources);
    else
        spec_encode(writer, &hardened->spec);
    return json_writer_finish(writer, NULL);
}

static struct outcome refusal(struct arena *arena, const char *directory, const struct error *err)
{
    struct outcome outcome = { .findings = ARENA_NEW(arena, const char *), .n_findings = 1 };
    const char *word = support_matched_word(err->text);

    if (word)
        fail_msg("%s: engines act upon '%s': %s", directory, word, err->text);
    outcome.findings[0] = arena_format(arena, "refused: %s", err->text);
    return outcome;
}

static struct outcome outcome_of(struct arena *arena, const char *directory)
{
    struct hardened hardened = { 0 };
    struct outcome outcome = { 0 };
    struct error err = { 0 };
    int r;

    if (read_text(arena, directory, "process.json"))
        r = harden_process(arena, directory, &hardened, &err);
    else if (read_text(arena, directory, "resources.json"))
        r = harden_resources(arena, directory, &hardened, &err);
    else
        r = harden_config(arena, directory, "config.json", &hardened, &err);
    if (r < 0)
        return refusal(arena, directory, &err);
    outcome.hardened = encode(arena, directory, &hardened);
    outcome.findings = ARENA_NEW_ARRAY(arena, const char *, hardened.findings.n);
    for (const struct finding *finding = hardened.findings.first; finding; finding = finding->next)
        outcome.findings[outcome.n_findings++] = finding_text(arena, finding);
    return outcome;
}

static bool has_finding(const struct outcome *outcome, const char *finding)
{
    for (size_t i = 0; i < outcome->n_findings; i++)
        if (strcmp(outcome->findings[i], finding) == 0)
            return true;
    return false;
}

static const char *findings_text(struct arena *arena, const struct outcome *outcome,
                                 const struct outcome *baseline)
{
    const char *text = "";

    for (size_t i = 0; i < outcome->n_findings; i++)
        if (!baseline || !has_finding(baseline, outcome->findings[i]))
            text = arena_format(arena, "%s%s\n", text, outcome->findings[i]);
    return text;
}

static const char *hardened_text(struct arena *arena, const struct outcome *outcome,
                                 const struct outcome *baseline)
{
    struct json_writer *writer;

    if (!outcome->hardened || !baseline)
        return outcome->hardened;
    writer = json_writer_new(arena, true);
    json_write_difference(writer, json_parsed(arena, "hardened", outcome->hardened).root,
                          json_parsed(arena, "baseline", baseline->hardened).root);
    return json_writer_finish(writer, NULL);
}

/* Compare a file with what it should hold, or write it. `text` NULL: there is no such file. */
static void check_file(struct arena *arena, const char *directory, const char *name,
                       const char *text)
{
    const char *path = arena_format(arena, "%s/%s", directory, name);
    const char *expected = read_text(arena, directory, name);
    struct error err;

    if (!getenv("REGOLD")) {
        if (!text != !expected || (text && strcmp(text, expected) != 0))
            fail_msg("%s: expected:\n%s\ngot:\n%s", path, expected ? expected : "(nothing)",
                     text ? text : "(nothing)");
    } else if (!text) {
        (void)unlink(path);
    } else if (io_replace_file_at(AT_FDCWD, path, text, strlen(text), 0644, &err) < 0) {
        fail_msg("%s", err.text);
    }
}

/* NULL: the case is shown in full. */
static const char *baseline_of(struct arena *arena, const char *directory)
{
    const char *baseline = NULL;

    if (read_text(arena, directory, "config.json"))
        baseline = BASELINE_CONFIG;
    else if (read_text(arena, directory, "process.json"))
        baseline = BASELINE_PROCESS;
    return baseline && strcmp(baseline, directory) != 0 ? baseline : NULL;
}

static void check_case(const char *directory)
{
    struct arena arena = { 0 };
    struct outcome outcome = outcome_of(&arena, directory);
    const char *name = baseline_of(&arena, directory);
    struct outcome baseline;

    if (!read_text(&arena, directory, "why.txt"))
        fail_msg("%s: why.txt is missing", directory);
    if (name)
        baseline = outcome_of(&arena, name);
    check_file(&arena, directory, "hardened.json",
               hardened_text(&arena, &outcome, name ? &baseline : NULL));
    check_file(&arena, directory, "findings.txt",
               findings_text(&arena, &outcome, name ? &baseline : NULL));
    arena_release(&arena);
}

static size_t visit(const char *directory, size_t (*each)(const char *path))
{
    auto_closedir DIR *opened = opendir(directory);
    struct dirent *entry;
    size_t n = 0;

    assert_non_null(opened);
    while ((entry = readdir(opened))) {
        char path[PATH_MAX];
        struct stat status;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            n += each(path);
    }
    return n;
}

static size_t one_case(const char *path)
{
    check_case(path);
    return 1;
}

static size_t one_topic(const char *path)
{
    return visit(path, one_case);
}

static void test_golden_cases_all_hold(void **state)
{
    (void)state;
    assert_true(visit(GOLDEN, one_topic) >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_cases_all_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
