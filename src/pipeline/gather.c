/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "agentrun/base/io.h"
#include "agentrun/base/scope.h"
#include "agentrun/linux/landlock.h"
#include "agentrun/linux/lsm.h"
#include "agentrun/pipeline/context.h"
#include "agentrun/pipeline/gather_below.h"
#include "agentrun/pipeline/gather_file.h"
#include "agentrun/plan/mount_options.h"

#define N_HOOK_KINDS 6

/* A hundred thousand mounts, which is the kernel's own default limit. */
#define MOUNTINFO_MAX_BYTES (64U << 20)

/* Room for 8192 processors. */
#define N_CPU_SETS 8

static int gather_root(struct arena *arena, const struct gather_request *request,
                       struct gather_seen *seen, struct fact_file *out_root, struct error *err)
{
    const char *path = request->spec->root.path;
    struct error reason;

    if (!request->spec->root.is_set || !path || !*path)
        return spec_error(request->spec, ERROR_SPEC, EINVAL, "root.path", err, "missing");
    *out_root = gather_file(arena, request->bundle_fd, path, O_DIRECTORY, seen);
    if (out_root->errnum == 0)
        return 0;
    error_errno(&reason, out_root->errnum, "open '%s'", path);
    return spec_error(request->spec, ERROR_SPEC, out_root->errnum, "root.path", err, "%s",
                      reason.text);
}

/* --- sources of bind mounts ----------------------------------------------------------------- */

static void gather_sources(struct arena *arena, const struct gather_request *request,
                           struct gather_seen *seen, struct facts *facts)
{
    const struct spec *spec = request->spec;

    facts->mount_sources = ARENA_NEW_ARRAY(arena, struct fact_file, spec->n_mounts);
    facts->n_mount_sources = spec->n_mounts;
    for (size_t i = 0; i < spec->n_mounts; i++) {
        const struct spec_mount *mount = &spec->mounts[i];

        if (!mount_options_bind(mount))
            facts->mount_sources[i].fd = -1;
        else
            facts->mount_sources[i] =
                gather_file(arena, request->bundle_fd, mount->source ? mount->source : "", 0, seen);
    }
}

/* Only a recursive bind takes along what is mounted below its source. */
static int gather_mounted_below(struct arena *arena, const struct spec *spec, struct facts *facts,
                                struct error *err)
{
    char *mountinfo = NULL;
    size_t n_bytes;

    for (size_t i = 0; i < spec->n_mounts; i++) {
        struct fact_file *source = &facts->mount_sources[i];
        int result = 0;

        if (source->fd < 0 || !S_ISDIR(source->mode) || !mount_options_recursive(&spec->mounts[i]))
            continue;
        if (!mountinfo)
            result = io_read_file_at(arena, AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX_BYTES,
                                     &mountinfo, &n_bytes, err);
        if (result < 0)
            return result;
        source->types_below =
            gather_below(arena, mountinfo, source->resolved_path, &source->n_types_below);
    }
    return 0;
}

static bool has_directory_source(const struct facts *facts)
{
    for (size_t i = 0; i < facts->n_mount_sources; i++) {
        if (facts->mount_sources[i].fd >= 0 && S_ISDIR(facts->mount_sources[i].mode))
            return true;
    }
    return false;
}

static void add_denied(struct facts *facts, const char *path, struct gather_identity identity)
{
    facts->denied_directories[facts->n_denied_directories++] = (struct fact_file){
        .fd = -1, .resolved_path = path, .device = identity.device, .inode = identity.inode
    };
}

/* Only a directory can be one of the denied ones, and only a path without wildcards names one. The
 * runtime's own directory is one of them wherever the caller put it. */
static void gather_denied(struct arena *arena, const struct gather_request *request,
                          struct facts *facts)
{
    const struct policy *policy = request->policy;

    if (!has_directory_source(facts))
        return;
    facts->denied_directories =
        ARENA_NEW_ARRAY(arena, struct fact_file, policy->mounts.n_denied + 1);
    if (request->state_root_fd >= 0) {
        const char *path = gather_resolved_path(arena, request->state_root_fd);

        add_denied(facts, path ? path : "/run/agentrun",
                   gather_identity_of(request->state_root_fd));
    }
    for (size_t i = 0; i < policy->mounts.n_denied; i++) {
        const char *path = policy->mounts.denied[i];
        struct gather_identity identity;

        if (strpbrk(path, "*$"))
            continue;
        identity = gather_identity(path);
        if (identity.inode == 0)
            continue;
        add_denied(facts, path, identity);
    }
}

/* --- hooks ---------------------------------------------------------------------------------- */

static void gather_hooks(struct arena *arena, const struct gather_request *request,
                         struct gather_seen *seen, struct gathered *gathered)
{
    const struct spec_hooks *hooks = &request->spec->hooks;
    const struct spec_hook_list *lists[N_HOOK_KINDS] = {
        &hooks->prestart,        &hooks->create_runtime, &hooks->create_container,
        &hooks->start_container, &hooks->poststart,      &hooks->poststop,
    };

    for (size_t kind = 0; kind < N_HOOK_KINDS; kind++) {
        size_t n_hooks = lists[kind]->n_hooks;
        struct fact_file *files = ARENA_NEW_ARRAY(arena, struct fact_file, n_hooks);

        for (size_t i = 0; i < n_hooks; i++) {
            const char *path = lists[kind]->hooks[i].path;

            files[i] = gather_file(arena, AT_FDCWD, path ? path : "", 0, seen);
        }
        gathered->facts.hooks[kind] = files;
        gathered->n_hooks[kind] = n_hooks;
    }
}

/* --- the network namespace ------------------------------------------------------------------ */

/* The path may lead to anything; only what is known to be a namespace is really opened. */
static int open_namespace(int directory_fd, const char *path)
{
    auto_close int fd = openat(directory_fd, path, O_PATH | O_CLOEXEC);
    char link[sizeof "/proc/self/fd/" + 11];
    struct statfs filesystem;

    if (fd < 0 || fstatfs(fd, &filesystem) < 0 || filesystem.f_type != NSFS_MAGIC)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return open(link, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static void gather_network(const struct gather_request *request, struct gathered *gathered)
{
    const struct spec_namespace *network = &request->spec->linux.namespaces[NAMESPACE_NETWORK];
    struct gather_identity own;
    auto_close int fd = -1;
    struct stat st;

    if (!network->is_set || !network->path)
        return;
    gathered->facts.network = FACT_NAMESPACE_INVALID;
    fd = open_namespace(request->bundle_fd, network->path);
    if (fd < 0 || ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET || fstat(fd, &st) < 0)
        return;
    own = gather_identity("/proc/self/ns/net");
    if (own.device == st.st_dev && own.inode == st.st_ino) {
        gathered->facts.network = FACT_NAMESPACE_HOST;
        return;
    }
    gathered->facts.network = FACT_NAMESPACE_OTHER;
    gathered->network_fd = take_fd(&fd);
}

/* --- the host ------------------------------------------------------------------------------- */

int gather_count_cpus(unsigned *out_n_cpus, struct error *err)
{
    cpu_set_t sets[N_CPU_SETS];

    if (sched_getaffinity(0, sizeof sets, sets) < 0)
        return error_system(err, "read the CPU affinity");
    *out_n_cpus = (unsigned)CPU_COUNT_S(sizeof sets, sets);
    return 0;
}

static int gather_host(const struct gather_request *request, struct facts *facts, struct error *err)
{
    const struct spec_process *process = &request->spec->process;
    int result = gather_count_cpus(&facts->n_host_cpus, err);

    if (result < 0)
        return result;
    facts->landlock_abi = landlock_abi();
    facts->has_cgroup_v2 = request->cgroups->version == CGROUP_V2;
    /* Only who gives a label needs to know. */
    facts->has_apparmor = process->apparmor_profile && lsm_has_apparmor();
    facts->has_selinux =
        (process->selinux_label || request->spec->linux.mount_label) && lsm_has_selinux();
    facts->is_in_user_namespace = context_is_in_user_namespace();
    return 0;
}

int gather_facts(struct arena *arena, const struct gather_request *request,
                 struct gathered *out_gathered, struct error *err)
{
    struct gather_seen seen = { .host_root = gather_identity("/") };
    struct gathered gathered = { .facts.container_id = request->container_id, .network_fd = -1 };
    int result = gather_root(arena, request, &seen, &gathered.facts.root, err);

    if (result < 0)
        return result;
    gather_sources(arena, request, &seen, &gathered.facts);
    gather_denied(arena, request, &gathered.facts);
    gather_hooks(arena, request, &seen, &gathered);
    gather_network(request, &gathered);
    result = gather_mounted_below(arena, request->spec, &gathered.facts, err);
    if (result == 0)
        result = gather_host(request, &gathered.facts, err);
    if (result < 0) {
        gather_close(&gathered);
        return result;
    }
    *out_gathered = gathered;
    return 0;
}

static void close_file(struct fact_file *file)
{
    scope_close(&file->fd);
    file->fd = -1;
}

void gather_close(struct gathered *gathered)
{
    struct facts *facts = &gathered->facts;

    close_file(&facts->root);
    for (size_t i = 0; i < facts->n_mount_sources; i++)
        close_file(&facts->mount_sources[i]);
    for (size_t kind = 0; kind < N_HOOK_KINDS; kind++) {
        for (size_t i = 0; i < gathered->n_hooks[kind]; i++)
            close_file(&facts->hooks[kind][i]);
    }
    scope_close(&gathered->network_fd);
    gathered->network_fd = -1;
}
