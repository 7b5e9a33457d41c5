/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/devices.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"

#define PERMISSIONS 0777

/* Default devices of the specification, config-linux.md; the terminals have no node of ours but
 * may be opened. */
static const struct default_device {
    const char *name; /* NULL: a rule only */
    int64_t major, minor;
} default_devices[] = {
    { "null", 1, 3 },    { "zero", 1, 5 }, { "full", 1, 7 }, { "random", 1, 8 },
    { "urandom", 1, 9 }, { "tty", 5, 0 },  { NULL, 5, 2 },   { NULL, 136, -1 },
};

static const struct plan_link links[] = {
    { "fd", "/proc/self/fd" },       { "stdin", "/proc/self/fd/0" },
    { "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
    { "ptmx", "pts/ptmx" },
};

static const char *const directories[] = { "pts", "shm", "mqueue" };

static mode_t device_type(const char *name)
{
    switch (*name) {
    case 'b':
        return S_IFBLK;
    case 'p':
        return S_IFIFO;
    default: /* "c", and "u" for an unbuffered one */
        return S_IFCHR;
    }
}

static int add_device(struct arena *arena, const struct spec *spec, size_t index,
                      struct plan_device *device, struct error *err)
{
    const struct spec_device *from = &spec->linux.devices[index];
    const char *path = path_clean(arena, from->path);
    mode_t type = device_type(from->type);

    if (strncmp(path, "/dev/", strlen("/dev/")) != 0)
        return spec_error(spec, ERROR_SPEC, EINVAL,
                          arena_format(arena, "linux.devices[%zu]", index), err,
                          "the path '%s' is not below /dev", path);
    *device = (struct plan_device){
        .name = path + strlen("/dev/"),
        /* Some engines send the type in the mode. */
        .type_and_mode =
            type | (from->file_mode.is_set ? (mode_t)from->file_mode.value & PERMISSIONS : 0666),
        .major = type == S_IFIFO ? 0 : (unsigned)from->major,
        .minor = type == S_IFIFO ? 0 : (unsigned)from->minor,
        .uid = (uid_t)from->uid.value,
        .gid = (gid_t)from->gid.value,
    };
    return 0;
}

static bool has_device(const struct plan_device *devices, size_t n_devices, const char *name)
{
    for (size_t i = 0; i < n_devices; i++) {
        if (strcmp(devices[i].name, name) == 0)
            return true;
    }
    return false;
}

int devices_build(struct arena *arena, const struct spec *spec, struct plan *plan,
                  struct error *err)
{
    size_t n_devices = 0;
    struct plan_device *devices = ARENA_NEW_ARRAY(
        arena, struct plan_device, spec->linux.n_devices + ARRAY_SIZE(default_devices));

    for (size_t i = 0; i < spec->linux.n_devices; i++) {
        int result = add_device(arena, spec, i, &devices[n_devices], err);

        if (result < 0)
            return result;
        /* It is a link to the container's own multiplexer. */
        if (strcmp(devices[n_devices].name, "ptmx") != 0)
            n_devices++;
    }
    for (size_t i = 0; i < ARRAY_SIZE(default_devices); i++) {
        const struct default_device *device = &default_devices[i];

        if (!device->name || has_device(devices, n_devices, device->name))
            continue;
        devices[n_devices++] = (struct plan_device){ .name = device->name,
                                                     .type_and_mode = S_IFCHR | 0666,
                                                     .major = (unsigned)device->major,
                                                     .minor = (unsigned)device->minor };
    }
    plan->devices = devices;
    plan->n_devices = n_devices;
    plan->links = links;
    plan->n_links = ARRAY_SIZE(links);
    plan->dev_directories = directories;
    plan->n_dev_directories = ARRAY_SIZE(directories);
    return 0;
}

/* --- rules of the control group ------------------------------------------------------------- */

static int64_t rule_number(const struct optional_i64 *number)
{
    return number->is_set ? number->value : -1;
}

static struct cgroup_device_rule make_rule(const struct spec_device_rule *from)
{
    const char *access = from->access && *from->access ? from->access : "rwm";

    return (struct cgroup_device_rule){
        .allow = from->allow,
        .type = (from->type ? from->type : "a")[0],
        .major = rule_number(&from->major),
        .minor = rule_number(&from->minor),
        .read = strchr(access, 'r'),
        .write = strchr(access, 'w'),
        .mknod = strchr(access, 'm'),
    };
}

/* After this one nothing is allowed: what stands before it does not matter. */
static bool denies_all(const struct cgroup_device_rule *rule)
{
    return !rule->allow && rule->type == 'a' && rule->major < 0 && rule->minor < 0 && rule->read &&
           rule->write && rule->mknod;
}

static bool names_device(const struct cgroup_device_rule *rules, size_t n_rules,
                         const struct default_device *device)
{
    for (size_t i = 0; i < n_rules; i++) {
        if (rules[i].type == 'c' && rules[i].major == device->major &&
            rules[i].minor == device->minor)
            return true;
    }
    return false;
}

void devices_build_rules(struct arena *arena, const struct spec *spec, struct plan_cgroup *cgroup)
{
    const struct spec_resources *resources = &spec->linux.resources;
    size_t n_rules = 0;
    struct cgroup_device_rule *rules = ARENA_NEW_ARRAY(
        arena, struct cgroup_device_rule, resources->n_devices + ARRAY_SIZE(default_devices));

    for (size_t i = 0; i < resources->n_devices; i++) {
        rules[n_rules] = make_rule(&resources->devices[i]);
        n_rules = denies_all(&rules[n_rules]) ? 0 : n_rules + 1;
    }
    for (size_t i = 0; i < ARRAY_SIZE(default_devices); i++) {
        const struct default_device *device = &default_devices[i];

        if (names_device(rules, n_rules, device))
            continue;
        rules[n_rules++] = (struct cgroup_device_rule){ .allow = true,
                                                        .type = 'c',
                                                        .major = device->major,
                                                        .minor = device->minor,
                                                        .read = true,
                                                        .write = true,
                                                        .mknod = true };
    }
    cgroup->device_rules = rules;
    cgroup->n_device_rules = n_rules;
}
