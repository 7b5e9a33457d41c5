/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/merge.h"

#include <string.h>

#include "agentrun/base/scope.h"

/* What the lists of the spec look like. */
struct list {
    void *elements;
    size_t n_elements;
};

static const size_t signed_numbers[] = {
    offsetof(struct spec_resources, memory.limit),
    offsetof(struct spec_resources, memory.reservation),
    offsetof(struct spec_resources, memory.swap),
    offsetof(struct spec_resources, cpu.quota),
    offsetof(struct spec_resources, cpu.idle),
    offsetof(struct spec_resources, pids_limit),
};

static const size_t unsigned_numbers[] = {
    offsetof(struct spec_resources, memory.swappiness),
    offsetof(struct spec_resources, cpu.shares),
    offsetof(struct spec_resources, cpu.period),
    offsetof(struct spec_resources, cpu.burst),
    offsetof(struct spec_resources, block_io.weight),
    offsetof(struct spec_resources, block_io.leaf_weight),
    offsetof(struct spec_resources, network_class_id),
};

static const size_t texts[] = {
    offsetof(struct spec_resources, cpu.cpus),
    offsetof(struct spec_resources, cpu.mems),
};

static const size_t lists[] = {
    offsetof(struct spec_resources, block_io.weight_devices),
    offsetof(struct spec_resources, block_io.read_bps),
    offsetof(struct spec_resources, block_io.write_bps),
    offsetof(struct spec_resources, block_io.read_iops),
    offsetof(struct spec_resources, block_io.write_iops),
    offsetof(struct spec_resources, hugepage_limits),
    offsetof(struct spec_resources, network_priorities),
    offsetof(struct spec_resources, rdma),
    offsetof(struct spec_resources, unified),
};

void merge_resources(struct spec_resources *resources, const struct spec_resources *update)
{
    char *to = (char *)resources;
    const char *from = (const char *)update;

    for (size_t i = 0; i < ARRAY_SIZE(signed_numbers); i++) {
        const struct optional_i64 *number = (const void *)(from + signed_numbers[i]);

        if (number->is_set && number->value != 0)
            memcpy(to + signed_numbers[i], number, sizeof *number);
    }
    for (size_t i = 0; i < ARRAY_SIZE(unsigned_numbers); i++) {
        const struct optional_u64 *number = (const void *)(from + unsigned_numbers[i]);

        if (number->is_set && number->value != 0)
            memcpy(to + unsigned_numbers[i], number, sizeof *number);
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *const *text = (const void *)(from + texts[i]);

        if (*text && **text)
            memcpy(to + texts[i], text, sizeof *text);
    }
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        const struct list *list = (const void *)(from + lists[i]);

        if (list->n_elements > 0)
            memcpy(to + lists[i], list, sizeof *list);
    }
    resources->is_set |= update->is_set;
}
