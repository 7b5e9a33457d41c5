/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_namespaces.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define MAX_MAPPINGS   340 /* of one map, user_namespaces(7) */
#define MAX_NAME_BYTES 64  /* of a host name, sethostname(2) */

static struct spec_namespace *namespace_of(struct hardening *hardening, const struct rule *rule)
{
    return &hardening->spec->linux.namespaces[rule->argument];
}

/* The namespace is always there and always new. */
static int force_new(struct hardening *hardening, const struct rule *rule)
{
    struct spec_namespace *space = namespace_of(hardening, rule);

    if (space->is_set && !space->path)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, space->is_set ? space->path : "the host's",
                "a new one");
    *space = (struct spec_namespace){ .is_set = true };
    hardening->spec->linux.is_set = true;
    return 0;
}

static int network_missing(struct hardening *hardening, const struct rule *rule)
{
    return namespace_of(hardening, rule)->is_set ? 0 : force_new(hardening, rule);
}

static int network_path(struct hardening *hardening, const struct rule *rule)
{
    static const char *const what[] = {
        [FACT_NAMESPACE_NOT_NAMED] = "unknown",
        [FACT_NAMESPACE_HOST] = "the host's",
        [FACT_NAMESPACE_OTHER] = "another one",
        [FACT_NAMESPACE_INVALID] = "no network namespace",
    };
    struct spec_namespace *space = namespace_of(hardening, rule);

    if (!space->path)
        return 0;
    rule_report(
        hardening, rule, FINDING_FORCED, NULL,
        arena_format(hardening->arena, "%s (%s)", space->path, what[hardening->facts->network]),
        "a new one with loopback only");
    space->path = NULL;
    return 0;
}

/* A namespace that may be absent, but is never somebody else's. */
static int force_own(struct hardening *hardening, const struct rule *rule)
{
    struct spec_namespace *space = namespace_of(hardening, rule);

    if (!space->path)
        return 0;
    rule_report(hardening, rule, FINDING_FORCED, NULL, space->path, "a new one");
    space->path = NULL;
    return 0;
}

static int time_offsets(struct hardening *hardening, const struct rule *rule)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;

    if (linux_spec->namespaces[NAMESPACE_TIME].is_set)
        return 0;
    if (!linux_spec->time_offset_monotonic.is_set && !linux_spec->time_offset_boottime.is_set)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL, "offsets without a time namespace", NULL);
    linux_spec->time_offset_monotonic = (struct spec_time_offset){ 0 };
    linux_spec->time_offset_boottime = (struct spec_time_offset){ 0 };
    return 0;
}

static int refuse_map(struct hardening *hardening, const struct rule *rule, const char *map,
                      size_t i, const char *why)
{
    return rule_refuse(hardening, rule, arena_format(hardening->arena, "linux.%s[%zu]", map, i),
                       "%s", why);
}

static int check_mapping(struct hardening *hardening, const struct rule *rule, const char *map,
                         const struct spec_id_mapping *mappings, size_t i)
{
    const struct spec_id_mapping *mapping = &mappings[i];
    uint64_t container_end = (uint64_t)mapping->container_id + mapping->size;
    uint64_t host_end = (uint64_t)mapping->host_id + mapping->size;

    if (mapping->size == 0 || container_end > UINT32_MAX || host_end > UINT32_MAX)
        return refuse_map(hardening, rule, map, i, "the range is empty or leaves the id space");
    /* In a user namespace of its own agentrun holds no ids but those that it was given. */
    if (!hardening->facts->is_in_user_namespace &&
        mapping->host_id < hardening->policy->user.lowest_mapped_id)
        return refuse_map(hardening, rule, map, i,
                          arena_format(hardening->arena, "host id %" PRIu32 " is below %" PRIu32,
                                       mapping->host_id, hardening->policy->user.lowest_mapped_id));
    for (size_t j = 0; j < i; j++) {
        const struct spec_id_mapping *other = &mappings[j];

        if ((mapping->container_id < (uint64_t)other->container_id + other->size &&
             other->container_id < container_end) ||
            (mapping->host_id < (uint64_t)other->host_id + other->size &&
             other->host_id < host_end))
            return refuse_map(hardening, rule, map, i, "the range overlaps another");
    }
    return 0;
}

static int check_map(struct hardening *hardening, const struct rule *rule, const char *map,
                     const struct spec_id_mapping *mappings, size_t n_mappings)
{
    if (n_mappings == 0 || n_mappings > MAX_MAPPINGS)
        return rule_refuse(hardening, rule, arena_format(hardening->arena, "linux.%s", map),
                           "a user namespace needs 1 to %d ranges, got %zu", MAX_MAPPINGS,
                           n_mappings);
    for (size_t i = 0; i < n_mappings; i++) {
        int r = check_mapping(hardening, rule, map, mappings, i);

        if (r < 0)
            return r;
    }
    return 0;
}

static void drop_map(struct hardening *hardening, const struct rule *rule, const char *place,
                     struct spec_id_mapping **mappings, size_t *n_mappings)
{
    if (*n_mappings == 0)
        return;
    rule_report(hardening, rule, FINDING_DROPPED, place, "a map without a user namespace", NULL);
    *mappings = NULL;
    *n_mappings = 0;
}

static int id_mappings(struct hardening *hardening, const struct rule *rule)
{
    struct spec_linux *linux_spec = &hardening->spec->linux;
    int r;

    if (!linux_spec->namespaces[NAMESPACE_USER].is_set) {
        drop_map(hardening, rule, "linux.uidMappings", &linux_spec->uid_mappings,
                 &linux_spec->n_uid_mappings);
        drop_map(hardening, rule, "linux.gidMappings", &linux_spec->gid_mappings,
                 &linux_spec->n_gid_mappings);
        return 0;
    }
    r = check_map(hardening, rule, "uidMappings", linux_spec->uid_mappings,
                  linux_spec->n_uid_mappings);
    if (r < 0)
        return r;
    return check_map(hardening, rule, "gidMappings", linux_spec->gid_mappings,
                     linux_spec->n_gid_mappings);
}

static int check_name(struct hardening *hardening, const struct rule *rule, const char *place,
                      const char *name)
{
    if (!name || strlen(name) <= MAX_NAME_BYTES)
        return 0;
    return rule_refuse(hardening, rule, place, "%zu bytes, more than %d", strlen(name),
                       MAX_NAME_BYTES);
}

static int host_names(struct hardening *hardening, const struct rule *rule)
{
    int r = check_name(hardening, rule, "hostname", hardening->spec->hostname);

    return r < 0 ? r : check_name(hardening, rule, "domainname", hardening->spec->domainname);
}

#define NAMESPACE(name) "linux.namespaces." name

static const struct rule rules[] = {
    { "ns.mount", NAMESPACE("mount"), "mounts of the container never show on the host", RULE_NO_WAY,
      RULE_CREATE, .apply = force_new, .argument = NAMESPACE_MOUNT },
    { "ns.pid-path", NAMESPACE("pid"),
      "processes of others must be neither seen nor signalled, and none may outlive the container",
      "allowed by policy key namespaces.pid", RULE_CREATE, .apply = force_new,
      .argument = NAMESPACE_PID },
    { "net.namespace-missing", NAMESPACE("network"),
      "the program lives in a network of its own with loopback only",
      "allowed by policy key network", RULE_CREATE, .apply = network_missing,
      .argument = NAMESPACE_NETWORK },
    { "net.namespace-path", NAMESPACE("network"),
      "the program lives in a network of its own; the one that was named gets no program",
      "allowed by policy key network", RULE_CREATE, .apply = network_path,
      .argument = NAMESPACE_NETWORK },
    { "ns.ipc", NAMESPACE("ipc"), "shared memory and queues of others stay out of reach",
      "allowed by policy key namespaces.ipc", RULE_CREATE, .apply = force_new,
      .argument = NAMESPACE_IPC },
    { "ns.uts", NAMESPACE("uts"), "the host's name must not be changed",
      "allowed by policy key namespaces.uts", RULE_CREATE, .apply = force_new,
      .argument = NAMESPACE_UTS },
    { "ns.uts", "hostname", "host names have at most 64 bytes", RULE_NO_WAY, RULE_CREATE,
      .apply = host_names },
    { "ns.cgroup", NAMESPACE("cgroup"), "control groups of the host must not be seen", RULE_NO_WAY,
      RULE_CREATE, .apply = force_new, .argument = NAMESPACE_CGROUP },
    { "ns.user-path", NAMESPACE("user"),
      "processes in one user namespace can reach into each other", RULE_NO_WAY, RULE_CREATE,
      .apply = force_own, .argument = NAMESPACE_USER },
    { "ns.time", NAMESPACE("time"), "clocks of others are not shared", RULE_NO_WAY, RULE_CREATE,
      .apply = force_own, .argument = NAMESPACE_TIME },
    { "ns.time", "linux.timeOffsets", "clocks are only moved in a namespace of their own",
      RULE_NO_WAY, RULE_CREATE, .apply = time_offsets },
    { "ids.mapping", "linux.uidMappings",
      "no id inside may be root or a system account of the host",
      "allowed by policy key user.mapped_ids", RULE_CREATE, .apply = id_mappings },
};

const struct rule_family rules_namespaces = { "namespaces", rules, ARRAY_SIZE(rules) };
