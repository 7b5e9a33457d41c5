/* SPDX-License-Identifier: Apache-2.0
 *
 * Specs and hosts for tests of planning.
 */
#ifndef AGENTRUN_TESTS_UNIT_PLAN_FIXTURE_H
#define AGENTRUN_TESTS_UNIT_PLAN_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/plan/build.h"
#include "agentrun/spec/decode.h"
#include "quoted.h"

/* A spec with these members besides the required ones; ' stands for ". */
static inline struct spec fixture_spec(struct arena *arena, const char *members)
{
    const char *text = quoted(arena, arena_format(arena,
                                                  "{'ociVersion':'1.2.0','root':{'path':'r'}"
                                                  "%s%s}",
                                                  *members ? "," : "", members));
    struct spec spec;
    struct error err;

    if (spec_decode(arena, "c", text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

/* A host with all controllers. */
static inline struct cgroup_host fixture_host(enum cgroup_version version)
{
    struct cgroup_host host = { .version = version };

    for (int i = 0; i < N_CGROUP_CONTROLLERS; i++) {
        host.mount_points[i] = "/sys/fs/cgroup";
        host.own_paths[i] = "/engine/service";
    }
    return host;
}

/* A request to plan `spec`; bind sources are the descriptors 20, 21 … and directories. */
static inline struct plan_request fixture_request(struct arena *arena, const struct spec *spec,
                                                  const struct cgroup_host *host)
{
    int *source_fds = ARENA_NEW_ARRAY(arena, int, spec->n_mounts);

    for (size_t i = 0; i < spec->n_mounts; i++)
        source_fds[i] =
            spec->mounts[i].type && strcmp(spec->mounts[i].type, "bind") == 0 ? 20 + (int)i : -1;
    return (struct plan_request){
        .id = "c1",
        .bundle = "/bundle",
        .spec = spec,
        .cgroups = host,
        .root_fd = 10,
        .root_path = "/bundle/r",
        .source_fds = source_fds,
        .sources_are_files = ARENA_NEW_ARRAY(arena, bool, spec->n_mounts),
        .decoy_fd = -1,
        .filter_cache_fd = -1,
    };
}

/* The plan for a spec with these members, on a host with v1. */
static inline struct plan fixture_plan(struct arena *arena, const char *members)
{
    struct spec *spec = ARENA_NEW(arena, struct spec);
    struct cgroup_host host = fixture_host(CGROUP_V1);
    struct plan_request request;
    struct plan plan;
    struct error err;

    *spec = fixture_spec(arena, members);
    request = fixture_request(arena, spec, &host);
    if (plan_build(arena, &request, &plan, &err) < 0)
        fail_msg("%s", err.text);
    return plan;
}

/* Planning such a spec must fail with this text, after "NAME:LINE:COLUMN: ". */
static inline void fixture_refuse(const char *members, const char *text)
{
    struct arena arena = { 0 };
    struct spec spec = fixture_spec(&arena, members);
    struct cgroup_host host = fixture_host(CGROUP_V1);
    struct plan_request request = fixture_request(&arena, &spec, &host);
    struct plan plan = { .id = "untouched" };
    struct error err = { 0 };

    if (plan_build(&arena, &request, &plan, &err) == 0)
        fail_msg("taken: %s", members);
    assert_int_equal(strncmp(err.text, "c:1:", 4), 0);
    assert_string_equal(strstr(err.text, ": ") + 2, text);
    assert_string_equal(plan.id, "untouched");
    arena_release(&arena);
}

#endif
