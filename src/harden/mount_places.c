/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/mount_places.h"

#include <string.h>

#include "agentrun/base/scope.h"

/* clang-format off */
static const struct mount_place table[] = {
    { "/proc", MOUNT_PROC, "proc", "proc", true, false,
      { "nosuid", "nodev", "noexec" }, { "/proc" } },
    { "/sys", MOUNT_SYSFS, "sysfs", "sysfs", false, false,
      { "nosuid", "nodev", "noexec", "ro" }, { "/sys" } },
    { "/sys/fs/cgroup", MOUNT_CGROUP, "cgroup", "cgroup", false, false,
      { "nosuid", "nodev", "noexec", "ro" }, { "/sys/fs/cgroup", "/sys/fs/cgroup/**" } },
    /* The one place without nodev: the standard devices are there, made by us. */
    { "/dev", MOUNT_TMPFS, "tmpfs", "tmpfs", true, false,
      { "nosuid", "noexec", "mode=755" }, { "/dev" } },
    { "/dev/pts", MOUNT_DEVPTS, "devpts", "devpts", true, false,
      { "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" }, { "/dev/pts" } },
    { "/dev/mqueue", MOUNT_MQUEUE, "mqueue", "mqueue", false, false,
      { "nosuid", "nodev", "noexec" }, { "/dev/mqueue" } },
    { "/dev/shm", MOUNT_TMPFS, "tmpfs", "shm", true, true,
      { "nosuid", "nodev", "noexec", "mode=1777" },
      { "/dev/shm", "**/shm" } },
    { "/run", MOUNT_TMPFS, "tmpfs", "tmpfs", true, true,
      { "nosuid", "nodev", "mode=1777" }, { 0 } },
    /* Before /tmp: where an image has a link from one to the other, the larger one wins. */
    { "/var/tmp", MOUNT_TMPFS, "tmpfs", "tmpfs", true, true,
      { "nosuid", "nodev", "mode=1777" }, { 0 } },
    { "/tmp", MOUNT_TMPFS, "tmpfs", "tmpfs", true, true,
      { "nosuid", "nodev", "mode=1777" }, { 0 } },
};
/* clang-format on */

const struct mount_place *mount_place_find(const char *destination)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strcmp(table[i].destination, destination) == 0)
            return &table[i];
    return NULL;
}

const struct mount_place *mount_place_table(size_t *out_n_places)
{
    *out_n_places = ARRAY_SIZE(table);
    return table;
}

uint64_t mount_place_bytes(const struct policy *policy, const char *destination)
{
    const struct {
        const char *destination;
        uint64_t n_bytes;
    } sizes[] = {
        { "/tmp", policy->scratch.tmp_bytes },    { "/var/tmp", policy->scratch.var_tmp_bytes },
        { "/run", policy->scratch.run_bytes },    { "/dev/shm", policy->scratch.shm_bytes },
        { "/dev", policy->scratch.device_bytes },
    };

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
        if (strcmp(sizes[i].destination, destination) == 0)
            return sizes[i].n_bytes;
    return policy->scratch.other_bytes;
}
