/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every request: hardening twice changes nothing more, the result permits at most
 * what was asked, and each change is a finding at its place and nowhere else. Tried with generated
 * requests. AGENTRUN_SEED and AGENTRUN_CASES choose others; a failure prints its seed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agentrun/base/number.h"
#include "agentrun/base/scope.h"
#include "agentrun/harden/coverage.h"
#include "agentrun/harden/order_process.h"
#include "harden_support.h"
#include "json_difference.h"
#include "spec_generator.h"

/* One request and its result. */
struct trial {
    struct arena arena;
    uint64_t seed;
    struct spec request;
    struct facts facts;
    struct hardened hardened;
};

static uint64_t from_environment(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    struct error err;
    uint64_t value;

    if (!text)
        return fallback;
    if (number_parse_unsigned(text, 0, UINT64_MAX, &value, &err) < 0)
        fail_msg("%s: %s", name, err.text);
    return value;
}

static void decode_config(struct trial *trial)
{
    const char *text = generator_config(&trial->arena, trial->seed);
    struct json_document facts =
        json_parsed(&trial->arena, "facts", generator_facts(&trial->arena, trial->seed));
    struct error err;

    if (spec_decode(&trial->arena, "config", text, strlen(text), &trial->request, &err) < 0)
        fail_msg("seed %" PRIu64 ": %s\n%s", trial->seed, err.text, text);
    trial->facts = support_facts(&trial->arena, &trial->request, facts.root);
}

/* False when it was refused. */
static bool harden(struct trial *trial)
{
    struct error err;

    decode_config(trial);
    if (harden_container(&trial->arena, &trial->request, policy_builtin(), &trial->facts,
                         &trial->hardened, &err) == 0)
        return true;
    assert_int_equal(err.kind, ERROR_POLICY);
    if (support_matched_word(err.text))
        fail_msg("engines act upon '%s': %s", support_matched_word(err.text), err.text);
    return false;
}

static void check_idempotent(struct trial *trial)
{
    struct facts facts =
        support_facts_again(&trial->arena, &trial->hardened, &trial->request, &trial->facts);
    struct hardened again;
    struct error err;

    if (harden_container(&trial->arena, &trial->hardened.spec, policy_builtin(), &facts, &again,
                         &err) < 0)
        fail_msg("seed %" PRIu64 ": the second time: %s", trial->seed, err.text);
    if (again.findings.first)
        fail_msg("seed %" PRIu64 ": the second time: %s", trial->seed,
                 finding_text(&trial->arena, again.findings.first));
    assert_string_equal(support_encode(&trial->arena, &trial->hardened.spec),
                        support_encode(&trial->arena, &again.spec));
}

static void check_monotone(const struct trial *trial)
{
    size_t n_rows;
    const struct coverage *rows = coverage_table(&n_rows);

    for (size_t i = 0; i < n_rows; i++) {
        if (strncmp(rows[i].member, "process", 7) == 0 && !trial->request.has_process)
            continue;
        if (rows[i].is_within && !rows[i].is_within(&trial->hardened.spec, &trial->request))
            fail_msg("seed %" PRIu64 ": %s permits more than was asked", trial->seed,
                     rows[i].member);
    }
}

/* --- each change is a finding, each finding a change ------------------------------------------ */

/* Lists that findings name as a whole, by the kind of entry, or by an index that may have moved. */
static const char *const lists[] = {
    "process.env",
    "process.rlimits",
    "linux.namespaces",
    "linux.devices",
    "hooks.prestart",
    "hooks.poststop",
    "hooks.poststart",
    "hooks.createRuntime",
    "linux.seccomp.syscalls",
    "hooks.createContainer",
    "hooks.startContainer",
    "process.capabilities",
    "linux.resources.blockIO.weightDevice",
    "linux.resources.cpu.quota",
    "linux.resources.hugepageLimits",
    "linux.timeOffsets",
    "linux.seccomp.default",
    "process.execCPUAffinity",
    "linux.resources.network",
    "process.scheduler",
    "process.ioPriority",
};

/* Two places are the same when they are in the same list, or one lies in the other. */
static const char *coarse(struct arena *arena, const char *place)
{
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        if (strncmp(place, lists[i], strlen(lists[i])) == 0)
            return lists[i];
    if (strcmp(place, "linux.resources.cpu.period") == 0)
        return "linux.resources.cpu.quota";
    return arena_strdup(arena, place);
}

struct changes {
    struct arena *arena;
    const char *places[512];
    size_t n_places;
};

static void add_change(void *context, const char *path)
{
    struct changes *changes = context;

    assert_true(changes->n_places < ARRAY_SIZE(changes->places));
    changes->places[changes->n_places++] = coarse(changes->arena, path);
}

static const struct json *element(const struct json *array, size_t index)
{
    const struct json *child = array ? array->first : NULL;

    while (child && index-- > 0)
        child = child->next;
    return child;
}

/* A mount of ours instead of one that was asked for, or in addition. */
static void compare_mounts(struct trial *trial, const struct json *asked,
                           const struct json *enforced, struct changes *changes)
{
    bool *is_kept = ARENA_NEW_ARRAY(&trial->arena, bool, trial->request.n_mounts);

    for (size_t i = 0; i < trial->hardened.spec.n_mounts; i++) {
        int origin = trial->hardened.mount_origins[i];

        if (origin < 0)
            continue;
        is_kept[origin] = true;
        json_visit_differences(&trial->arena, arena_format(&trial->arena, "mounts[%d]", origin),
                               element(asked, (size_t)origin), element(enforced, i), add_change,
                               changes);
    }
    for (size_t i = 0; i < trial->request.n_mounts; i++)
        if (!is_kept[i])
            add_change(changes, arena_format(&trial->arena, "mounts[%zu]", i));
}

static void collect_changes(struct trial *trial, struct changes *changes)
{
    struct json_document asked =
        json_parsed(&trial->arena, "asked", support_encode(&trial->arena, &trial->request));
    struct json_document enforced = json_parsed(
        &trial->arena, "enforced", support_encode(&trial->arena, &trial->hardened.spec));
    struct changes all = { .arena = &trial->arena };

    json_visit_differences(&trial->arena, "", asked.root, enforced.root, add_change, &all);
    changes->arena = &trial->arena;
    for (size_t i = 0; i < all.n_places; i++)
        if (strcmp(all.places[i], "mounts") != 0)
            changes->places[changes->n_places++] = all.places[i];
    compare_mounts(trial, json_member(asked.root, "mounts"), json_member(enforced.root, "mounts"),
                   changes);
}

static bool is_same_place(const char *a, const char *b)
{
    size_t n_bytes = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return strncmp(a, b, n_bytes) == 0 &&
           (a[n_bytes] == '\0' || a[n_bytes] == '.' || a[n_bytes] == '[') &&
           (b[n_bytes] == '\0' || b[n_bytes] == '.' || b[n_bytes] == '[');
}

static bool is_found(struct trial *trial, const char *place)
{
    for (const struct finding *finding = trial->hardened.findings.first; finding;
         finding = finding->next)
        if (strcmp(finding->place, "mounts") != 0 &&
            is_same_place(place, coarse(&trial->arena, finding->place)))
            return true;
    return false;
}

/* What is only noted was never in force, and an order is no value. */
static bool is_no_change(const struct finding *finding)
{
    return finding->action == FINDING_NOTED || strcmp(finding->place, "mounts") == 0 ||
           strcmp(finding->id, "mounts.order") == 0 || strstr(finding->place, "linux.intelRdt") ||
           strstr(finding->place, "linux.personality") ||
           strstr(finding->place, "linux.netDevices") ||
           strstr(finding->place, "linux.memoryPolicy");
}

static void check_explained(struct trial *trial)
{
    struct changes changes = { 0 };

    collect_changes(trial, &changes);
    for (size_t i = 0; i < changes.n_places; i++)
        if (!is_found(trial, changes.places[i]))
            fail_msg("seed %" PRIu64 ": no finding for %s", trial->seed, changes.places[i]);
    for (const struct finding *finding = trial->hardened.findings.first; finding;
         finding = finding->next) {
        bool is_changed = is_no_change(finding);

        for (size_t i = 0; i < changes.n_places && !is_changed; i++)
            is_changed = is_same_place(changes.places[i], coarse(&trial->arena, finding->place));
        if (!is_changed)
            fail_msg("seed %" PRIu64 ": nothing changed: %s", trial->seed,
                     finding_text(&trial->arena, finding));
    }
}

static void test_properties_hold_for_configs(void **state)
{
    uint64_t first = from_environment("AGENTRUN_SEED", 1);
    uint64_t n_cases = from_environment("AGENTRUN_CASES", 5000);
    uint64_t n_hardened = 0;

    (void)state;
    for (uint64_t i = 0; i < n_cases; i++) {
        struct trial trial = { .seed = first + i };

        if (harden(&trial)) {
            check_idempotent(&trial);
            check_monotone(&trial);
            check_explained(&trial);
            n_hardened++;
        }
        arena_release(&trial.arena);
    }
    /* A generator that only makes what is refused would show nothing. */
    assert_true(n_cases < 100 || n_hardened > n_cases / 2);
}

/* --- exec and update ------------------------------------------------------------------------ */

/* A container to do something with; false: refused. */
static bool make_container(struct trial *trial)
{
    return harden(trial) && trial->hardened.spec.has_process;
}

static void check_exec(struct trial *trial)
{
    const char *text = generator_process(&trial->arena, trial->seed ^ 77);
    struct spec request;
    struct hardened first = { 0 }, second = { 0 };
    struct error err;

    if (spec_decode_process(&trial->arena, "process", text, strlen(text), &request, &err) < 0 ||
        harden_exec(&trial->arena, &request, &trial->hardened.spec, policy_builtin(), &first,
                    &err) < 0 ||
        harden_exec(&trial->arena, &first.spec, &trial->hardened.spec, policy_builtin(), &second,
                    &err) < 0)
        fail_msg("seed %" PRIu64 ": %s", trial->seed, err.text);
    if (second.findings.first)
        fail_msg("seed %" PRIu64 ": the second time: %s", trial->seed,
                 finding_text(&trial->arena, second.findings.first));
    /* No more than the request, and no more than the container. */
    assert_true(order_rlimits(&first.spec, &request));
    assert_true(order_rlimits(&first.spec, &trial->hardened.spec));
    assert_true(order_oom_score(&first.spec, &trial->hardened.spec));
    assert_true(order_bounding(&first.spec, &trial->hardened.spec));
    assert_true(first.spec.process.no_new_privileges.value);
}

static void check_update(struct trial *trial)
{
    const char *text = generator_resources(&trial->arena, trial->seed ^ 99);
    struct spec request;
    struct hardened first = { 0 }, second = { 0 };
    struct error err;
    int64_t limit;

    if (spec_decode_resources(&trial->arena, "resources", text, strlen(text), &request, &err) < 0 ||
        harden_update(&trial->arena, &request, &trial->hardened.spec, policy_builtin(),
                      &trial->facts, &first, &err) < 0 ||
        harden_update(&trial->arena, &first.spec, &trial->hardened.spec, policy_builtin(),
                      &trial->facts, &second, &err) < 0)
        fail_msg("seed %" PRIu64 ": %s", trial->seed, err.text);
    if (second.findings.first)
        fail_msg("seed %" PRIu64 ": the second time: %s", trial->seed,
                 finding_text(&trial->arena, second.findings.first));
    limit = first.spec.linux.resources.memory.limit.value;
    assert_true(limit >= 0 && (uint64_t)limit <= policy_builtin()->resources.memory_limit_bytes);
    limit = first.spec.linux.resources.pids_limit.value;
    assert_true(limit >= 0 && limit <= policy_builtin()->resources.pids_limit);
    assert_true(first.spec.linux.resources.n_devices == 0);
}

static void test_properties_hold_for_exec_and_update(void **state)
{
    uint64_t first = from_environment("AGENTRUN_SEED", 1);
    uint64_t n_cases = from_environment("AGENTRUN_CASES", 2000);

    (void)state;
    for (uint64_t i = 0; i < n_cases; i++) {
        struct trial trial = { .seed = first + i };

        if (make_container(&trial)) {
            check_exec(&trial);
            check_update(&trial);
        }
        arena_release(&trial.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties_hold_for_configs),
        cmocka_unit_test(test_properties_hold_for_exec_and_update),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
