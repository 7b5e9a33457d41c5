/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/plan/cgroups_v1.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/cgroups_values.h"

/* What a new group has, include/linux/blkcg.h and kernel/sched/ of the kernel. */
#define DEFAULT_SHARES     1024
#define DEFAULT_PERIOD_US  100000
#define DEFAULT_BFQ_WEIGHT 100

/* Does a value have to be written: set, and not what a new group has anyway? */
static bool is_wanted(const struct cgroup_writes *writes, uint64_t value, uint64_t initial)
{
    return value != 0 && !(writes->is_new && value == initial);
}

/* Below zero is unlimited, as a new group is. */
static bool is_limit_wanted(const struct cgroup_writes *writes, int64_t value)
{
    return value > 0 || (value < 0 && !writes->is_new);
}

static const char *unsigned_text(struct cgroup_writes *writes, uint64_t value)
{
    return arena_format(writes->arena, "%" PRIu64, value);
}

/* The limit for memory and swap together may never be smaller than that for memory. In a new group
 * both are unlimited, so the smaller comes first. In an old one it depends on what stands there:
 * the limit is tried first (it is lowered), and again at the end (it was raised). */
static void add_limits(struct cgroup_writes *writes, int64_t limit, int64_t swap)
{
    const char *limit_text = cgroups_number(writes, limit, "-1");
    bool has_limit = is_limit_wanted(writes, limit), has_swap = is_limit_wanted(writes, swap);

    if (has_limit && has_swap)
        cgroups_write_early(writes, CGROUP_MEMORY, "memory.limit_in_bytes", limit_text);
    if (has_limit && writes->is_new)
        cgroups_write(writes, CGROUP_MEMORY, "memory.limit_in_bytes", limit_text);
    /* Without the file the kernel does not count swap; then "no swap" is as good as it gets. */
    if (has_swap && swap == limit)
        cgroups_write_if_present(writes, CGROUP_MEMORY, "memory.memsw.limit_in_bytes",
                                 cgroups_number(writes, swap, "-1"));
    else if (has_swap)
        cgroups_write(writes, CGROUP_MEMORY, "memory.memsw.limit_in_bytes",
                      cgroups_number(writes, swap, "-1"));
    if (has_limit && !writes->is_new)
        cgroups_write(writes, CGROUP_MEMORY, "memory.limit_in_bytes", limit_text);
}

static void build_memory(struct cgroup_writes *writes)
{
    const struct spec_memory *memory = &writes->spec->linux.resources.memory;
    int64_t limit = memory->limit.value, swap = memory->swap.value;

    if (swap > 0 && limit > 0 && swap < limit)
        cgroups_fail(writes, EINVAL, "linux.resources.memory.swap",
                     "memory and swap together must not be less than memory");
    /* Unlimited memory would otherwise be bounded by what the two together may be. */
    if (limit < 0 && swap == 0)
        swap = -1;
    add_limits(writes, limit, swap);
    if (is_limit_wanted(writes, memory->reservation.value))
        cgroups_write(writes, CGROUP_MEMORY, "memory.soft_limit_in_bytes",
                      cgroups_number(writes, memory->reservation.value, "-1"));
    if (is_limit_wanted(writes, memory->kernel_tcp.value))
        cgroups_write_if_present(writes, CGROUP_MEMORY, "memory.kmem.tcp.limit_in_bytes",
                                 cgroups_number(writes, memory->kernel_tcp.value, "-1"));
    if (memory->disable_oom_killer.value)
        cgroups_write(writes, CGROUP_MEMORY, "memory.oom_control", "1");
    if (memory->swappiness.is_set)
        cgroups_write_if_present(writes, CGROUP_MEMORY, "memory.swappiness",
                                 unsigned_text(writes, memory->swappiness.value));
}

/* A shorter period may be refused while the old quota stands, so it is tried before and after. */
static void build_quota(struct cgroup_writes *writes)
{
    const struct spec_cpu *cpu = &writes->spec->linux.resources.cpu;
    bool has_period = is_wanted(writes, cpu->period.value, DEFAULT_PERIOD_US);
    bool has_quota = is_limit_wanted(writes, cpu->quota.value);
    const char *period = unsigned_text(writes, cpu->period.value);

    if (has_period && has_quota)
        cgroups_write_early(writes, CGROUP_CPU, "cpu.cfs_period_us", period);
    if (has_period && writes->is_new)
        cgroups_write(writes, CGROUP_CPU, "cpu.cfs_period_us", period);
    if (has_quota)
        cgroups_write(writes, CGROUP_CPU, "cpu.cfs_quota_us",
                      cgroups_number(writes, cpu->quota.value, "-1"));
    if (has_period && !writes->is_new)
        cgroups_write(writes, CGROUP_CPU, "cpu.cfs_period_us", period);
    if (cpu->burst.is_set && (cpu->burst.value || !writes->is_new))
        cgroups_write(writes, CGROUP_CPU, "cpu.cfs_burst_us",
                      unsigned_text(writes, cpu->burst.value));
}

static void build_cpu(struct cgroup_writes *writes)
{
    const struct spec_cpu *cpu = &writes->spec->linux.resources.cpu;

    if (cpu->idle.is_set && (cpu->idle.value || !writes->is_new))
        cgroups_write(writes, CGROUP_CPU, "cpu.idle", cgroups_number(writes, cpu->idle.value, "0"));
    /* An idle group has no share. */
    if (is_wanted(writes, cpu->shares.value, DEFAULT_SHARES) && cpu->idle.value <= 0)
        cgroups_write(writes, CGROUP_CPU, "cpu.shares", unsigned_text(writes, cpu->shares.value));
    build_quota(writes);
    if (cpu->realtime_period.value)
        cgroups_write(writes, CGROUP_CPU, "cpu.rt_period_us",
                      unsigned_text(writes, cpu->realtime_period.value));
    if (cpu->realtime_runtime.value)
        cgroups_write(writes, CGROUP_CPU, "cpu.rt_runtime_us",
                      cgroups_number(writes, cpu->realtime_runtime.value, "-1"));
    if (cpu->cpus && *cpu->cpus)
        cgroups_write(writes, CGROUP_CPUSET, "cpuset.cpus", cpu->cpus);
    if (cpu->mems && *cpu->mems)
        cgroups_write(writes, CGROUP_CPUSET, "cpuset.mems", cpu->mems);
}

/* Which of the two weights a kernel has depends on its schedulers for disks. */
static void build_weight(struct cgroup_writes *writes)
{
    const struct spec_block_io *block_io = &writes->spec->linux.resources.block_io;

    if (block_io->weight.value) {
        const char *weight = unsigned_text(writes, block_io->weight.value);

        cgroups_write_if_present(writes, CGROUP_IO, "blkio.weight", weight);
        if (is_wanted(writes, block_io->weight.value, DEFAULT_BFQ_WEIGHT))
            cgroups_write_if_present(writes, CGROUP_IO, "blkio.bfq.weight", weight);
    }
    if (block_io->leaf_weight.value)
        cgroups_write_if_present(writes, CGROUP_IO, "blkio.leaf_weight",
                                 unsigned_text(writes, block_io->leaf_weight.value));
    cgroups_write_weights(writes, "blkio.weight_device", false);
    cgroups_write_weights(writes, "blkio.leaf_weight_device", true);
}

static void build_block_io(struct cgroup_writes *writes)
{
    const struct spec_block_io *block_io = &writes->spec->linux.resources.block_io;
    const struct {
        const struct spec_throttle_list *list;
        const char *file;
    } lists[] = {
        { &block_io->read_bps, "blkio.throttle.read_bps_device" },
        { &block_io->write_bps, "blkio.throttle.write_bps_device" },
        { &block_io->read_iops, "blkio.throttle.read_iops_device" },
        { &block_io->write_iops, "blkio.throttle.write_iops_device" },
    };

    build_weight(writes);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        cgroups_write_throttles(writes, lists[i].list, lists[i].file, "", "0");
}

static void build_network(struct cgroup_writes *writes)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;

    if (resources->network_class_id.value)
        cgroups_write(writes, CGROUP_NET_CLS, "net_cls.classid",
                      unsigned_text(writes, resources->network_class_id.value));
    for (size_t i = 0; i < resources->n_network_priorities; i++)
        cgroups_write(writes, CGROUP_NET_PRIO, "net_prio.ifpriomap",
                      arena_format(writes->arena, "%s %" PRIu32,
                                   resources->network_priorities[i].name,
                                   resources->network_priorities[i].priority));
}

void cgroups_v1_build(struct cgroup_writes *writes)
{
    const struct spec_resources *resources = &writes->spec->linux.resources;

    if (resources->n_unified)
        cgroups_fail(writes, ENOTSUP, "linux.resources.unified",
                     "invalid configuration: cannot use unified on cgroup v1");
    build_memory(writes);
    build_cpu(writes);
    if (is_limit_wanted(writes, resources->pids_limit.value))
        cgroups_write(writes, CGROUP_PIDS, "pids.max",
                      cgroups_number(writes, resources->pids_limit.value, "max"));
    build_block_io(writes);
    cgroups_write_hugepages(writes, "limit_in_bytes");
    build_network(writes);
    cgroups_write_rdma(writes);
}
