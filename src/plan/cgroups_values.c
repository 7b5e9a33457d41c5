/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/cgroups_values.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const char *device_text(struct cgroup_writes *writes, int64_t major, int64_t minor)
{
    return arena_format(writes->arena, "%" PRId64 ":%" PRId64, major, minor);
}

void cgroups_write_throttles(struct cgroup_writes *writes, const struct spec_throttle_list *list,
                             const char *file, const char *prefix, const char *unlimited)
{
    for (size_t i = 0; i < list->n_devices; i++) {
        const struct spec_throttle_device *device = &list->devices[i];
        const char *name = device_text(writes, device->major, device->minor);
        const char *rate =
            device->rate ? arena_format(writes->arena, "%" PRIu64, device->rate) : unlimited;

        cgroups_write(writes, CGROUP_IO, file,
                      arena_format(writes->arena, "%s %s%s", name, prefix, rate));
    }
}

void cgroups_write_weights(struct cgroup_writes *writes, const char *file, bool leaf)
{
    const struct spec_block_io *block_io = &writes->spec->linux.resources.block_io;

    for (size_t i = 0; i < block_io->n_weight_devices; i++) {
        const struct spec_weight_device *device = &block_io->weight_devices[i];
        const struct optional_u64 *weight = leaf ? &device->leaf_weight : &device->weight;
        const char *name = device_text(writes, device->major, device->minor);

        if (weight->value)
            cgroups_write(writes, CGROUP_IO, file,
                          arena_format(writes->arena, "%s %" PRIu64, name, weight->value));
    }
}

/* "64KB", "2MB", "1GB": the end of a file name. */
static bool is_page_size(const char *text)
{
    size_t n_digits = text ? strspn(text, "0123456789") : 0;

    return n_digits > 0 && n_digits < 20 && *text != '0' && strlen(text + n_digits) == 2 &&
           strchr("KMG", text[n_digits]) && text[n_digits + 1] == 'B';
}

void cgroups_write_hugepages(struct cgroup_writes *writes, const char *suffix)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;
    struct arena *arena = writes->arena;

    for (size_t i = 0; i < resources->n_hugepage_limits; i++) {
        const char *size = resources->hugepage_limits[i].page_size;
        const char *value = arena_format(arena, "%" PRIu64, resources->hugepage_limits[i].limit);

        if (!is_page_size(size)) {
            cgroups_fail(writes, EINVAL,
                         arena_format(arena, "linux.resources.hugepageLimits[%zu].pageSize", i),
                         "expected a number followed by KB, MB or GB");
            return;
        }
        cgroups_write(writes, CGROUP_HUGETLB, arena_format(arena, "hugetlb.%s.%s", size, suffix),
                      value);
        cgroups_write_if_present(writes, CGROUP_HUGETLB,
                                 arena_format(arena, "hugetlb.%s.rsvd.%s", size, suffix), value);
    }
}

static const char *rdma_number(struct cgroup_writes *writes, const char *name,
                               const struct optional_u64 *number)
{
    return number->is_set ? arena_format(writes->arena, " %s=%" PRIu64, name, number->value) : "";
}

void cgroups_write_rdma(struct cgroup_writes *writes)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;

    for (size_t i = 0; i < resources->n_rdma; i++) {
        const struct spec_rdma *rdma = &resources->rdma[i];

        cgroups_write(writes, CGROUP_RDMA, "rdma.max",
                      arena_format(writes->arena, "%s%s%s", rdma->device,
                                   rdma_number(writes, "hca_handle", &rdma->hca_handles),
                                   rdma_number(writes, "hca_object", &rdma->hca_objects)));
    }
}
