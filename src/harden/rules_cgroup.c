/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/rules_cgroup.h"

#include <inttypes.h>
#include <string.h>

#include "agentrun/base/path.h"
#include "agentrun/base/scope.h"

#define MAX_PATH_BYTES 1024

/* "slice:prefix:name", for systemd. */
static bool is_systemd_form(const char *path)
{
    const char *colon = strchr(path, ':');

    return path[0] != '/' && colon && strchr(colon + 1, ':') && !strchr(path, '/');
}

static bool has_bad_part(const char *path)
{
    for (const char *part = path; *part != '\0';) {
        size_t n_bytes = strcspn(part, "/");

        if (n_bytes == 2 && memcmp(part, "..", 2) == 0)
            return true;
        part += n_bytes;
        part += strspn(part, "/");
    }
    for (const char *c = path; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return true;
    return false;
}

static int cgroup_path(struct hardening *hardening, const struct rule *rule)
{
    const char **path = &hardening->spec->linux.cgroups_path;
    const char *parent = hardening->policy->resources.cgroup_parent;
    const char *forced;

    if (!*path) {
        forced = arena_format(hardening->arena, "%s/%s", parent, hardening->facts->container_id);
    } else if (strlen(*path) > MAX_PATH_BYTES || has_bad_part(*path)) {
        return rule_refuse(hardening, rule, NULL, "'%.200s'", *path);
    } else if (is_systemd_form(*path)) {
        return 0;
    } else {
        forced = (*path)[0] == '/'
                     ? path_clean(hardening->arena, *path)
                     : path_clean(hardening->arena,
                                  arena_format(hardening->arena, "%s/%s", parent, *path));
        if (strcmp(forced, "/") == 0)
            return rule_refuse(hardening, rule, NULL, "'%s' is the host's own group", *path);
        if (strcmp(forced, *path) == 0)
            return 0;
    }
    rule_report(hardening, rule, FINDING_FORCED, NULL, *path, forced);
    *path = forced;
    hardening->spec->linux.is_set = true;
    return 0;
}

static void clamp_weight(struct hardening *hardening, const struct rule *rule, const char *place,
                         struct optional_u64 *weight)
{
    uint64_t maximum = hardening->policy->resources.block_io_weight;

    if (!weight->is_set || weight->value <= maximum)
        return;
    rule_report(hardening, rule, FINDING_CLAMPED, place,
                arena_format(hardening->arena, "%" PRIu64, weight->value),
                arena_format(hardening->arena, "%" PRIu64, maximum));
    weight->value = maximum;
}

static int block_io_weights(struct hardening *hardening, const struct rule *rule)
{
    struct spec_block_io *block_io = &hardening->spec->linux.resources.block_io;
    struct spec_weight_device *copy =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_weight_device, block_io->n_weight_devices);

    clamp_weight(hardening, rule, "linux.resources.blockIO.weight", &block_io->weight);
    clamp_weight(hardening, rule, "linux.resources.blockIO.leafWeight", &block_io->leaf_weight);
    for (size_t i = 0; i < block_io->n_weight_devices; i++) {
        const char *place =
            arena_format(hardening->arena, "linux.resources.blockIO.weightDevice[%zu]", i);

        copy[i] = block_io->weight_devices[i];
        clamp_weight(hardening, rule, place, &copy[i].weight);
        clamp_weight(hardening, rule, place, &copy[i].leaf_weight);
    }
    block_io->weight_devices = copy;
    return 0;
}

static int hugepages(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;
    struct spec_hugepage_limit *copy =
        ARENA_NEW_ARRAY(hardening->arena, struct spec_hugepage_limit, resources->n_hugepage_limits);

    for (size_t i = 0; i < resources->n_hugepage_limits; i++) {
        copy[i] = resources->hugepage_limits[i];
        if (copy[i].limit == 0)
            continue;
        rule_report(
            hardening, rule, FINDING_CLAMPED,
            arena_format(hardening->arena, "linux.resources.hugepageLimits[%zu]", i),
            arena_format(hardening->arena, "%s: %" PRIu64, copy[i].page_size, copy[i].limit), "0");
        copy[i].limit = 0;
    }
    resources->hugepage_limits = copy;
    return 0;
}

static int network_class(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;

    if (resources->network_class_id.is_set) {
        rule_report(hardening, rule, FINDING_DROPPED, "linux.resources.network.classID",
                    arena_format(hardening->arena, "%" PRIu64, resources->network_class_id.value),
                    NULL);
        resources->network_class_id = (struct optional_u64){ 0 };
    }
    if (resources->n_network_priorities > 0) {
        rule_report(
            hardening, rule, FINDING_DROPPED, "linux.resources.network.priorities",
            arena_format(hardening->arena, "%zu priorities", resources->n_network_priorities),
            NULL);
        resources->network_priorities = NULL;
        resources->n_network_priorities = 0;
    }
    return 0;
}

static int rdma(struct hardening *hardening, const struct rule *rule)
{
    struct spec_resources *resources = &hardening->spec->linux.resources;

    if (resources->n_rdma == 0)
        return 0;
    rule_report(hardening, rule, FINDING_DROPPED, NULL,
                arena_format(hardening->arena, "%zu devices", resources->n_rdma), NULL);
    resources->rdma = NULL;
    resources->n_rdma = 0;
    return 0;
}

#define BOTH (RULE_CREATE | RULE_UPDATE)

static const struct rule rules[] = {
    { "cgroup.path", "linux.cgroupsPath", "each container has a control group of its own",
      "allowed by policy key resources.cgroup_parent", RULE_CREATE, .apply = cgroup_path },
    { "blkio.clamped", "linux.resources.blockIO", "no container is favoured by the disks",
      "allowed by policy key resources.block_io_weight", BOTH, .apply = block_io_weights },
    { "hugepage.limit", "linux.resources.hugepageLimits", "huge pages are the host's",
      "allowed by policy key resources.hugepages", BOTH, .apply = hugepages },
    { "net.class", "linux.resources.network", "no packet leaves the container", RULE_NO_WAY, BOTH,
      .apply = network_class },
    { "rdma.limit", "linux.resources.rdma", "the container has no RDMA device", RULE_NO_WAY, BOTH,
      .apply = rdma },
};

const struct rule_family rules_cgroup = { "cgroup", rules, ARRAY_SIZE(rules) };
