/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/pipeline/gather.h"
#include "agentrun/plan/build.h"
#include "agentrun/spec/decode.h"

#define CONFIG_FILE "config.json"

/* Making a group as if nothing had been said would put the container where nobody expects it. */
static int check_cgroup_manager(const struct context *context, struct error *err)
{
    if (!context->systemd_cgroup)
        return 0;
    return error_set(err, ERROR_USAGE, ENOTSUP, "--systemd-cgroup is not supported");
}

static int open_bundle(const char *path, int *out_fd, struct error *err)
{
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return error_system(err, "bundle '%s'", path);
    *out_fd = fd;
    return 0;
}

/* Read once: engines rewrite the file later, and what was judged is what gets done. */
static int read_spec(struct arena *arena, int bundle_fd, const struct prepare_request *request,
                     struct spec *out_spec, struct error *err)
{
    const char *name = request->config ? request->config : CONFIG_FILE;
    char *text;
    size_t n_bytes;
    int result = io_read_file_at(arena, bundle_fd, name, JSON_MAX_BYTES, &text, &n_bytes, err);

    if (result < 0)
        return error_wrap(err, "bundle '%s'", request->bundle);
    if (spec_decode(arena, name, text, n_bytes, out_spec, err) < 0)
        return -err->errnum;
    /* The specification lets it come by start, but there is no way to bring it then. */
    if (!out_spec->has_process)
        return spec_error(out_spec, ERROR_SPEC, EINVAL, "process", err, "is missing");
    return 0;
}

static bool has_hooks(const struct spec *spec)
{
    const struct spec_hooks *hooks = &spec->hooks;

    return hooks->prestart.n_hooks || hooks->create_runtime.n_hooks ||
           hooks->create_container.n_hooks || hooks->start_container.n_hooks ||
           hooks->poststart.n_hooks || hooks->poststop.n_hooks;
}

/* Whether somebody may look at init's network namespace before the program runs. */
static bool engine_looks(const struct prepare_request *request, const struct spec *asked)
{
    return request->engine_may_look || has_hooks(asked) ||
           asked->linux.namespaces[NAMESPACE_NETWORK].path;
}

/* For each mount of the hardened spec what was opened for the mount that it came from. */
static void find_sources(struct arena *arena, const struct hardened *hardened,
                         const struct facts *facts, struct plan_request *request)
{
    size_t n_mounts = hardened->spec.n_mounts;
    int *fds = ARENA_NEW_ARRAY(arena, int, n_mounts);
    bool *are_files = ARENA_NEW_ARRAY(arena, bool, n_mounts);

    for (size_t i = 0; i < n_mounts; i++) {
        int origin = hardened->mount_origins[i];

        fds[i] = origin < 0 ? -1 : facts->mount_sources[origin].fd;
        are_files[i] = fds[i] >= 0 && !S_ISDIR(facts->mount_sources[origin].mode);
    }
    request->source_fds = fds;
    request->sources_are_files = are_files;
}

static int make_plan(struct arena *arena, const struct prepare_request *request,
                     const struct spec *asked, const struct gathered *gathered,
                     struct prepared *prepared, struct error *err)
{
    const struct facts *facts = &gathered->facts;
    struct plan_request plan_request = {
        .id = request->id,
        .bundle = request->bundle,
        .spec = &prepared->hardened.spec,
        .cgroups = &prepared->cgroups,
        .root_fd = facts->root.fd,
        .root_path = facts->root.resolved_path,
        .engine_looks = engine_looks(request, asked),
        .decoy_fd = gathered->network_fd,
        .decoy_path = asked->linux.namespaces[NAMESPACE_NETWORK].path,
        .landlock_abi = facts->landlock_abi,
        .new_keyring = !request->no_new_keyring,
        .filter_cache_fd = request->root_fd,
        .is_in_user_namespace = facts->is_in_user_namespace,
    };

    find_sources(arena, &prepared->hardened, facts, &plan_request);
    return plan_build(arena, &plan_request, &prepared->plan, err);
}

/* Leave in `gathered` only what the plan did not take. */
static void hand_over_descriptors(struct gathered *gathered, const struct plan *plan)
{
    struct facts *facts = &gathered->facts;

    for (size_t i = 0; i < plan->n_descriptors; i++) {
        int fd = plan->descriptors[i].fd;

        if (facts->root.fd == fd)
            facts->root.fd = -1;
        if (gathered->network_fd == fd)
            gathered->network_fd = -1;
        for (size_t k = 0; k < facts->n_mount_sources; k++) {
            if (facts->mount_sources[k].fd == fd)
                facts->mount_sources[k].fd = -1;
        }
    }
}

static void log_findings(struct context *context, const struct findings *findings)
{
    /* There are many, and usually nobody wants to read them. */
    if (context->log->level < LOG_INFO)
        return;
    for (const struct finding *f = findings->first; f; f = f->next)
        log_write(context->log, LOG_INFO, "%s", finding_text(context->arena, f));
}

static int harden_and_plan(struct context *context, const struct prepare_request *request,
                           const struct spec *asked, struct gathered *gathered,
                           struct prepared *prepared, struct error *err)
{
    struct arena *arena = context->arena;
    int result = harden_container(arena, asked, prepared->policy, &gathered->facts,
                                  &prepared->hardened, err);

    if (result < 0)
        return result;
    log_findings(context, &prepared->hardened.findings);
    result = make_plan(arena, request, asked, gathered, prepared, err);
    if (result == 0)
        hand_over_descriptors(gathered, &prepared->plan);
    return result;
}

/* Only relative paths count from the group of this process. */
static int find_cgroups(struct arena *arena, const struct spec *asked,
                        struct cgroup_host *out_cgroups, struct error *err)
{
    const char *path = asked->linux.cgroups_path;

    return path && *path == '/' ? cgroup_discover(arena, out_cgroups, err)
                                : cgroup_discover_with_own(arena, out_cgroups, err);
}

int pipeline_prepare(struct context *context, const struct prepare_request *request,
                     struct prepared *out_prepared, struct error *err)
{
    struct arena *arena = context->arena;
    struct prepared prepared = { 0 };
    struct gather_request gather = { .container_id = request->id, .cgroups = &prepared.cgroups };
    struct gathered gathered;
    struct spec asked = { 0 };
    auto_close int bundle_fd = -1;
    int result = check_cgroup_manager(context, err);

    if (result == 0)
        result = open_bundle(request->bundle, &bundle_fd, err);
    if (result == 0)
        result = read_spec(arena, bundle_fd, request, &asked, err);
    if (result == 0)
        result = policy_load(context->policy_file, &prepared.policy, err);
    if (result == 0)
        result = find_cgroups(arena, &asked, &prepared.cgroups, err);
    if (result < 0)
        return result;
    gather.state_root_fd = request->root_fd;
    gather.bundle_fd = bundle_fd;
    gather.spec = &asked;
    gather.policy = prepared.policy;
    result = gather_facts(arena, &gather, &gathered, err);
    if (result < 0)
        return result;
    result = harden_and_plan(context, request, &asked, &gathered, &prepared, err);
    gather_close(&gathered);
    if (result == 0)
        *out_prepared = prepared;
    return result;
}

void prepared_close(struct prepared *prepared)
{
    struct plan *plan = &prepared->plan;

    for (size_t i = 0; i < plan->n_descriptors; i++)
        scope_close(&plan->descriptors[i].fd);
    plan->n_descriptors = 0;
}
