/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "agentrun/base/scope.h"

/* MAX_ARG_STRLEN of the kernel, which counts the NUL. Found out here, since execve(2) would only
 * say E2BIG, when the container is set up already. */
#define MAXIMUM_ARGUMENT_BYTES ((size_t)131072 - 1)

static const struct {
    const char *name;
    int resource;
} rlimits[] = {
    { "RLIMIT_AS", RLIMIT_AS },
    { "RLIMIT_CORE", RLIMIT_CORE },
    { "RLIMIT_CPU", RLIMIT_CPU },
    { "RLIMIT_DATA", RLIMIT_DATA },
    { "RLIMIT_FSIZE", RLIMIT_FSIZE },
    { "RLIMIT_LOCKS", RLIMIT_LOCKS },
    { "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
    { "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE },
    { "RLIMIT_NICE", RLIMIT_NICE },
    { "RLIMIT_NOFILE", RLIMIT_NOFILE },
    { "RLIMIT_NPROC", RLIMIT_NPROC },
    { "RLIMIT_RSS", RLIMIT_RSS },
    { "RLIMIT_RTPRIO", RLIMIT_RTPRIO },
    { "RLIMIT_RTTIME", RLIMIT_RTTIME },
    { "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
    { "RLIMIT_STACK", RLIMIT_STACK },
};

/* "LIST[INDEX]" for decoder_refuse. */
static const char *element_name(char buffer[static 40], const char *list, size_t index)
{
    snprintf(buffer, 40, "%.16s[%zu]", list, index);
    return buffer;
}

int check_spec(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec *spec = object;

    if (strncmp(spec->oci_version, "1.", 2) == 0)
        return 0;
    return decoder_refuse(decoder, place, "ociVersion", "expected version 1, got %.40s",
                          spec->oci_version);
}

static int check_length(struct decoder *decoder, const struct place *place, const char *list,
                        size_t index, const char *text)
{
    char name[40];

    if (strlen(text) <= MAXIMUM_ARGUMENT_BYTES)
        return 0;
    return decoder_refuse(decoder, place, element_name(name, list, index),
                          "longer than the kernel's limit of %zu bytes", MAXIMUM_ARGUMENT_BYTES);
}

static int check_arguments(struct decoder *decoder, const struct place *place,
                           const char *const *args, size_t n_args)
{
    int result = 0;

    for (size_t i = 0; i < n_args && result == 0; i++)
        result = check_length(decoder, place, "args", i, args[i]);
    return result;
}

/* The text is not repeated in the message: variables hold secrets, messages end in logs. */
static int check_environment(struct decoder *decoder, const struct place *place,
                             const char *const *env, size_t n_env)
{
    char name[40];
    int result = 0;

    for (size_t i = 0; i < n_env && result == 0; i++) {
        if (env[i][0] == '=' || !strchr(env[i], '='))
            return decoder_refuse(decoder, place, element_name(name, "env", i),
                                  "expected NAME=VALUE");
        result = check_length(decoder, place, "env", i, env[i]);
    }
    return result;
}

static int check_rlimits(struct decoder *decoder, const struct place *place,
                         const struct spec_process *process)
{
    uint32_t seen = 0;
    char name[40];

    for (size_t i = 0; i < process->n_rlimits; i++) {
        uint32_t bit = UINT32_C(1) << process->rlimits[i].resource;

        if (seen & bit)
            return decoder_refuse(decoder, place, element_name(name, "rlimits", i),
                                  "%s stands twice", process->rlimits[i].name);
        seen |= bit;
    }
    return 0;
}

int check_process(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec_process *process = object;
    int result = check_arguments(decoder, place, process->args, process->n_args);

    if (result == 0)
        result = check_environment(decoder, place, process->env, process->n_env);
    if (result == 0)
        result = check_rlimits(decoder, place, process);
    return result;
}

int check_rlimit(struct decoder *decoder, const struct place *place, void *object)
{
    struct spec_rlimit *rlimit = object;

    if (rlimit->soft > rlimit->hard)
        return decoder_refuse(decoder, place, "soft",
                              "expected at most the hard limit %" PRIu64 ", got %" PRIu64,
                              rlimit->hard, rlimit->soft);
    for (size_t i = 0; i < ARRAY_SIZE(rlimits); i++) {
        if (strcmp(rlimit->name, rlimits[i].name) != 0)
            continue;
        rlimit->resource = rlimits[i].resource;
        return 0;
    }
    return decoder_refuse(decoder, place, "type", "unknown limit %.40s", rlimit->name);
}

int check_hook(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec_hook *hook = object;
    int result = check_arguments(decoder, place, hook->args, hook->n_args);

    return result < 0 ? result : check_environment(decoder, place, hook->env, hook->n_env);
}

int check_id_mapping(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec_id_mapping *mapping = object;

    if (mapping->size - 1 <= UINT32_MAX - 1 - mapping->container_id &&
        mapping->size - 1 <= UINT32_MAX - 1 - mapping->host_id)
        return 0;
    return decoder_refuse(decoder, place, "size", "%" PRIu32 " ids go beyond the greatest one",
                          mapping->size);
}

static int check_absolute(struct decoder *decoder, const struct place *place, const char *list,
                          const char *const *paths, size_t n_paths)
{
    char name[40];

    for (size_t i = 0; i < n_paths; i++)
        if (paths[i][0] != '/')
            return decoder_refuse(decoder, place, element_name(name, list, i),
                                  "expected an absolute path, got %.200s", paths[i]);
    return 0;
}

int check_linux(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec_linux *section = object;
    int result = check_absolute(decoder, place, "maskedPaths", section->masked_paths,
                                section->n_masked_paths);

    if (result == 0)
        result = check_absolute(decoder, place, "readonlyPaths", section->readonly_paths,
                                section->n_readonly_paths);
    return result;
}

static bool is_one_letter_of(const char *text, const char *letters)
{
    return text[0] != '\0' && text[1] == '\0' && strchr(letters, text[0]);
}

int check_device(struct decoder *decoder, const struct place *place, void *object)
{
    struct spec_device *device = object;

    if (!is_one_letter_of(device->type, "cbup"))
        return decoder_refuse(decoder, place, "type", "expected c, b, u or p, got %.40s",
                              device->type);
    device->file_mode.value &= 07777;
    return 0;
}

int check_device_rule(struct decoder *decoder, const struct place *place, void *object)
{
    const struct spec_device_rule *rule = object;

    if (rule->type && !is_one_letter_of(rule->type, "abc"))
        return decoder_refuse(decoder, place, "type", "expected a, b or c, got %.40s", rule->type);
    if (rule->access && rule->access[strspn(rule->access, "rwm")] != '\0')
        return decoder_refuse(decoder, place, "access", "expected letters of rwm, got %.40s",
                              rule->access);
    return 0;
}
