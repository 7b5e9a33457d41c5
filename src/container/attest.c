/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/attest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/io.h"

/* With all its lists of processors and groups the file stays far below. */
#define STATUS_BYTES 8192

#define GROUP_BYTES sizeof("4294967295 ")

/* The text behind "<key>:\t" in the file, or NULL. */
static const char *value_of(const char *status, const char *key)
{
    size_t n_key_bytes = strlen(key);

    for (const char *line = status; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, n_key_bytes) == 0 && line[n_key_bytes] == ':')
            return line + n_key_bytes + 1 + strspn(line + n_key_bytes + 1, "\t ");
    }
    return NULL;
}

static int weaker(const char *what, const char *expected, const char *found, struct error *err)
{
    return error_set(err, ERROR_SYSTEM, EPERM, "attestation: %s: expected %s, found %.*s", what,
                     expected, found ? (int)strcspn(found, "\n") : 7, found ? found : "nothing");
}

static int expect_text(const char *status, const char *key, const char *expected, struct error *err)
{
    const char *found = value_of(status, key);
    size_t n_bytes = strlen(expected);

    if (!found || strncmp(found, expected, n_bytes) != 0 || found[n_bytes] != '\n')
        return weaker(key, expected, found, err);
    return 0;
}

/* Real, effective, saved and file system id. */
static int expect_id(const char *status, const char *key, uint32_t id, struct error *err)
{
    char expected[64];

    snprintf(expected, sizeof expected, "%u\t%u\t%u\t%u", id, id, id, id);
    return expect_text(status, key, expected, err);
}

static int compare_groups(const void *one, const void *other)
{
    gid_t a = *(const gid_t *)one, b = *(const gid_t *)other;

    return (a > b) - (a < b);
}

const char *attest_groups(struct arena *arena, const gid_t *groups, size_t n_groups)
{
    gid_t *sorted = ARENA_NEW_ARRAY(arena, gid_t, n_groups);
    char *text = arena_alloc_array(arena, n_groups + 1, GROUP_BYTES), *end = text;

    *end = '\0';
    for (size_t i = 0; i < n_groups; i++)
        sorted[i] = groups[i];
    qsort(sorted, n_groups, sizeof *sorted, compare_groups);
    for (size_t i = 0; i < n_groups; i++)
        end += sprintf(end, "%u ", sorted[i]);
    return text;
}

/* No bit more than planned; the kernel may know fewer. */
static int expect_capabilities(const char *status, const char *key, uint64_t planned,
                               struct error *err)
{
    const char *found = value_of(status, key);
    char expected[20];

    snprintf(expected, sizeof expected, "%016" PRIx64, planned);
    if (!found || (strtoull(found, NULL, 16) & ~planned) != 0)
        return weaker(key, expected, found, err);
    return 0;
}

int attest_process(pid_t pid, const struct attest_expectation *expectation, struct error *err)
{
    const struct plan_capabilities *capabilities = &expectation->capabilities;
    const struct {
        const char *key;
        uint64_t planned;
    } sets[] = {
        { "CapInh", capabilities->inheritable }, { "CapPrm", capabilities->permitted },
        { "CapEff", capabilities->effective },   { "CapBnd", capabilities->bounding },
        { "CapAmb", capabilities->ambient },
    };
    char path[32], status[STATUS_BYTES];

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (io_read_kernel_file_at(AT_FDCWD, path, status, sizeof status, err) < 0)
        return error_wrap(err, "attestation");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (expect_capabilities(status, sets[i].key, sets[i].planned, err) < 0)
            return -err->errnum;
    if (expect_id(status, "Uid", expectation->uid, err) < 0 ||
        expect_id(status, "Gid", expectation->gid, err) < 0 ||
        expect_text(status, "Groups", expectation->groups, err) < 0 ||
        expect_text(status, "NoNewPrivs", "1", err) < 0)
        return -err->errnum;
    return expect_text(status, "Seccomp", "2", err);
}
