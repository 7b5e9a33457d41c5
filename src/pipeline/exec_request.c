/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/exec_request.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "agentrun/base/number.h"
#include "agentrun/spec/capability_names.h"
#include "agentrun/spec/decode.h"

/* The largest id that is one: 4294967295 means "unchanged" to the kernel. */
#define MAX_ID (UINT32_MAX - 1)

static int from_file(struct arena *arena, const char *path, struct spec *out_spec,
                     struct error *err)
{
    char *text;
    size_t n_bytes;

    if (io_read_file_at(arena, AT_FDCWD, path, JSON_MAX_BYTES, &text, &n_bytes, err) < 0)
        return -err->errnum;
    return spec_decode_process(arena, path, text, n_bytes, out_spec, err);
}

/* "UID" or "UID:GID", both numbers, whole and strict (CVE-2026-30892). */
static int parse_user(struct arena *arena, const char *text, struct spec_user *user,
                      struct error *err)
{
    const char *colon = strchr(text, ':');
    const char *uid_text =
        arena_strndup(arena, text, colon ? (size_t)(colon - text) : strlen(text));
    uint64_t uid, gid = user->gid;

    if (number_parse_unsigned(uid_text, 0, MAX_ID, &uid, err) < 0)
        return error_wrap(err, "--user: uid");
    if (colon && number_parse_unsigned(colon + 1, 0, MAX_ID, &gid, err) < 0)
        return error_wrap(err, "--user: gid");
    user->uid = (uint32_t)uid;
    user->gid = (uint32_t)gid;
    return 0;
}

static int parse_groups(struct arena *arena, const char *text, struct spec_user *user,
                        struct error *err)
{
    uint32_t *gids = ARENA_NEW_ARRAY(arena, uint32_t, strlen(text) / 2 + 1);
    size_t n_gids = 0;

    for (const char *rest = text; *rest;) {
        size_t length = strcspn(rest, ",");
        uint64_t gid;

        if (number_parse_unsigned(arena_strndup(arena, rest, length), 0, MAX_ID, &gid, err) < 0)
            return error_wrap(err, "--additional-gids");
        gids[n_gids++] = (uint32_t)gid;
        rest += length + (rest[length] == ',');
    }
    user->additional_gids = gids;
    user->n_additional_gids = n_gids;
    return 0;
}

/* A name that stands in both lists gets the later value, as engines expect of -e. */
static void add_environment(struct arena *arena, const struct exec_request *request,
                            struct spec_process *process)
{
    const char **env = ARENA_NEW_ARRAY(arena, const char *, process->n_env + request->n_env);
    size_t n = 0;

    for (size_t i = 0; i < process->n_env; i++) {
        size_t n_name_bytes = strcspn(process->env[i], "=") + 1;
        bool replaced = false;

        for (size_t k = 0; k < request->n_env && !replaced; k++)
            replaced = strncmp(process->env[i], request->env[k], n_name_bytes) == 0;
        if (!replaced)
            env[n++] = process->env[i];
    }
    for (size_t i = 0; i < request->n_env; i++)
        env[n++] = request->env[i];
    process->env = env;
    process->n_env = n;
}

static int check_environment(const struct exec_request *request, struct error *err)
{
    for (size_t i = 0; i < request->n_env; i++)
        if (!strchr(request->env[i], '=') || request->env[i][0] == '=')
            return error_set(err, ERROR_USAGE, EINVAL, "--env: expected NAME=VALUE, got %.60s",
                             request->env[i]);
    return 0;
}

/* What an option asks for beyond the container's rights is for harden to judge. */
static int add_capabilities(const struct exec_request *request, struct spec_process *process,
                            struct error *err)
{
    struct spec_capabilities *capabilities = &process->capabilities;

    for (size_t i = 0; i < request->n_capabilities; i++) {
        int number = capability_name_number(request->capabilities[i]);

        if (number < 0)
            return error_set(err, ERROR_USAGE, EINVAL, "--cap: unknown capability \"%.60s\"",
                             request->capabilities[i]);
        capabilities->is_set = capabilities->bounding.is_set = true;
        capabilities->effective.is_set = capabilities->permitted.is_set = true;
        capabilities->bounding.bits |= UINT64_C(1) << number;
        capabilities->effective.bits |= UINT64_C(1) << number;
        capabilities->permitted.bits |= UINT64_C(1) << number;
    }
    return 0;
}

static int from_options(struct arena *arena, const struct exec_request *request,
                        const struct spec *snapshot, struct spec *out_spec, struct error *err)
{
    struct spec spec = { .oci_version = snapshot->oci_version, .has_process = true };
    struct spec_process *process = &spec.process;

    if (request->n_args == 0)
        return error_set(err, ERROR_USAGE, EINVAL, "process args cannot be empty");
    *process = snapshot->process;
    process->args = (const char **)(uintptr_t)request->args;
    process->n_args = request->n_args;
    process->terminal = request->tty;
    process->has_console_size = false;
    if (request->cwd)
        process->cwd = request->cwd;
    if (!process->cwd)
        process->cwd = "/";
    if (process->cwd[0] != '/')
        return error_set(err, ERROR_USAGE, EINVAL, "--cwd: expected an absolute path, got '%s'",
                         process->cwd);
    if (request->user && parse_user(arena, request->user, &process->user, err) < 0)
        return -err->errnum;
    if (request->additional_gids &&
        parse_groups(arena, request->additional_gids, &process->user, err) < 0)
        return -err->errnum;
    if (check_environment(request, err) < 0 || add_capabilities(request, process, err) < 0)
        return -err->errnum;
    add_environment(arena, request, process);
    if (request->apparmor)
        process->apparmor_profile = request->apparmor;
    if (request->process_label)
        process->selinux_label = request->process_label;
    if (request->no_new_privs)
        process->no_new_privileges = (struct optional_bool){ true, true };
    *out_spec = spec;
    return 0;
}

int exec_request_spec(struct arena *arena, const struct exec_request *request,
                      const struct spec *snapshot, struct spec *out_spec, struct error *err)
{
    if (!request->process_file)
        return from_options(arena, request, snapshot, out_spec, err);
    if (from_file(arena, request->process_file, out_spec, err) < 0)
        return -err->errnum;
    out_spec->process.terminal = out_spec->process.terminal || request->tty;
    return 0;
}
