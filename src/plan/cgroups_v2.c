/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/cgroups_v2.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/cgroups_values.h"

#define DEFAULT_WEIGHT    100 /* of cpu, io and bfq */
#define DEFAULT_PERIOD_US 100000

static const char *unsigned_text(struct cgroup_writes *writes, uint64_t value)
{
    return arena_format(writes->arena, "%" PRIu64, value);
}

/* Below zero is unlimited, as a new group is. */
static bool is_limit_wanted(const struct cgroup_writes *writes, int64_t value)
{
    return value > 0 || (value < 0 && !writes->is_new);
}

static uint64_t clamp(uint64_t value, uint64_t minimum, uint64_t maximum)
{
    if (value < minimum)
        return minimum;
    return value > maximum ? maximum : value;
}

uint64_t cgroups_v2_cpu_weight(uint64_t shares)
{
    return 1 + (clamp(shares, 2, 262144) - 2) * 9999 / 262142;
}

uint64_t cgroups_v2_io_weight(uint64_t weight)
{
    return 1 + (clamp(weight, 10, 1000) - 10) * 9999 / 990;
}

/* v1 counts memory and swap together, v2 swap alone. */
static void build_swap(struct cgroup_writes *writes, int64_t limit, int64_t swap)
{
    static const char place[] = "linux.resources.memory.swap";

    if (limit < 0 && swap == 0)
        swap = -1;
    if (swap < 0 && !writes->is_new)
        cgroups_write_if_present(writes, CGROUP_MEMORY, "memory.swap.max", "max");
    if (swap <= 0)
        return;
    if (limit <= 0)
        cgroups_fail(writes, EINVAL, place, "unable to set a swap limit without a memory limit");
    else if (swap < limit)
        cgroups_fail(writes, EINVAL, place,
                     "memory and swap together must not be less than memory");
    else if (swap == limit)
        /* Without the file the kernel does not count swap. */
        cgroups_write_if_present(writes, CGROUP_MEMORY, "memory.swap.max", "0");
    else
        cgroups_write(writes, CGROUP_MEMORY, "memory.swap.max",
                      cgroups_number(writes, swap - limit, "max"));
}

static void build_memory(struct cgroup_writes *writes)
{
    const struct spec_memory *memory = &writes->spec->linux.resources.memory;

    build_swap(writes, memory->limit.value, memory->swap.value);
    if (is_limit_wanted(writes, memory->limit.value))
        cgroups_write(writes, CGROUP_MEMORY, "memory.max",
                      cgroups_number(writes, memory->limit.value, "max"));
    if (is_limit_wanted(writes, memory->reservation.value))
        cgroups_write(writes, CGROUP_MEMORY, "memory.low",
                      cgroups_number(writes, memory->reservation.value, "max"));
}

static void build_quota(struct cgroup_writes *writes)
{
    const struct spec_cpu *cpu = &writes->spec->linux.resources.cpu;
    uint64_t period_us = cpu->period.value ? cpu->period.value : DEFAULT_PERIOD_US;
    bool is_asked = cpu->quota.value || cpu->period.value;
    bool is_default = cpu->quota.value <= 0 && period_us == DEFAULT_PERIOD_US;

    if (is_asked && !(writes->is_new && is_default))
        cgroups_write(
            writes, CGROUP_CPU, "cpu.max",
            arena_format(writes->arena, "%s %" PRIu64,
                         cgroups_number(writes, cpu->quota.value ? cpu->quota.value : -1, "max"),
                         period_us));
    if (cpu->burst.is_set && (cpu->burst.value || !writes->is_new))
        cgroups_write(writes, CGROUP_CPU, "cpu.max.burst", unsigned_text(writes, cpu->burst.value));
}

static void build_cpu(struct cgroup_writes *writes)
{
    const struct spec_cpu *cpu = &writes->spec->linux.resources.cpu;
    uint64_t weight = cgroups_v2_cpu_weight(cpu->shares.value);

    if (cpu->idle.is_set && (cpu->idle.value || !writes->is_new))
        cgroups_write(writes, CGROUP_CPU, "cpu.idle", cgroups_number(writes, cpu->idle.value, "0"));
    /* An idle group has no weight. */
    if (cpu->shares.value && cpu->idle.value <= 0 && !(writes->is_new && weight == DEFAULT_WEIGHT))
        cgroups_write(writes, CGROUP_CPU, "cpu.weight", unsigned_text(writes, weight));
    build_quota(writes);
    if (cpu->cpus && *cpu->cpus)
        cgroups_write(writes, CGROUP_CPUSET, "cpuset.cpus", cpu->cpus);
    if (cpu->mems && *cpu->mems)
        cgroups_write(writes, CGROUP_CPUSET, "cpuset.mems", cpu->mems);
}

/* Two schedulers for disks have a weight, in different units; a kernel may have either, both or
 * none. */
static void build_weight(struct cgroup_writes *writes, uint64_t weight)
{
    uint64_t converted = cgroups_v2_io_weight(weight);

    if (!(writes->is_new && weight == DEFAULT_WEIGHT))
        cgroups_write_if_present(writes, CGROUP_IO, "io.bfq.weight", unsigned_text(writes, weight));
    if (!(writes->is_new && converted == DEFAULT_WEIGHT))
        cgroups_write_if_present(writes, CGROUP_IO, "io.weight", unsigned_text(writes, converted));
}

static void build_block_io(struct cgroup_writes *writes)
{
    const struct spec_block_io *block_io = &writes->spec->linux.resources.block_io;
    const struct {
        const struct spec_throttle_list *list;
        const char *prefix;
    } lists[] = {
        { &block_io->read_bps, "rbps=" },
        { &block_io->write_bps, "wbps=" },
        { &block_io->read_iops, "riops=" },
        { &block_io->write_iops, "wiops=" },
    };

    if (block_io->weight.value)
        build_weight(writes, block_io->weight.value);
    cgroups_write_weights(writes, "io.bfq.weight", false);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        cgroups_write_throttles(writes, lists[i].list, "io.max", lists[i].prefix, "max");
}

/* One write per line: the kernel takes one setting a call. */
static void add_lines(struct cgroup_writes *writes, enum cgroup_controller controller,
                      const char *file, const char *text)
{
    do {
        size_t length = strcspn(text, "\n");

        if (length > 0)
            cgroups_write(writes, controller, file, arena_strndup(writes->arena, text, length));
        text += length;
        text += *text == '\n';
    } while (*text);
}

static void build_unified(struct cgroup_writes *writes)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;

    for (size_t i = 0; i < resources->n_unified; i++) {
        const char *file = resources->unified[i].key;

        if (!*file || *file == '.' || strchr(file, '/')) {
            cgroups_fail(writes, EINVAL, "linux.resources.unified",
                         "'%s' must be a file name (no slashes)", file);
            return;
        }
        /* In the one hierarchy any controller will do for finding the directory. */
        add_lines(writes, CGROUP_MEMORY, file, resources->unified[i].value);
    }
}

void cgroups_v2_build(struct cgroup_writes *writes)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;

    build_memory(writes);
    build_cpu(writes);
    if (is_limit_wanted(writes, resources->pids_limit.value))
        cgroups_write(writes, CGROUP_PIDS, "pids.max",
                      cgroups_number(writes, resources->pids_limit.value, "max"));
    build_block_io(writes);
    cgroups_write_hugepages(writes, "max");
    cgroups_write_rdma(writes);
    build_unified(writes);
}
