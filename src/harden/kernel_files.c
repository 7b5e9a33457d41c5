/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/harden/kernel_files.h"

#include <linux/magic.h>
#include <stddef.h>
#include <string.h>

#include "agentrun/base/scope.h"

static const struct {
    uint64_t magic;
    const char *name;
} table[] = {
    { PROC_SUPER_MAGIC, "proc" },
    { SYSFS_MAGIC, "sysfs" },
    { CGROUP_SUPER_MAGIC, "cgroup" },
    { CGROUP2_SUPER_MAGIC, "cgroup2" },
    { NSFS_MAGIC, "nsfs" },
    { DEVPTS_SUPER_MAGIC, "devpts" },
    { DEBUGFS_MAGIC, "debugfs" },
    { TRACEFS_MAGIC, "tracefs" },
    { BPF_FS_MAGIC, "bpf" },
    { SECURITYFS_MAGIC, "securityfs" },
    { SELINUX_MAGIC, "selinuxfs" },
    { SMACK_MAGIC, "smackfs" },
    { EFIVARFS_MAGIC, "efivarfs" },
    { PSTOREFS_MAGIC, "pstore" },
    { BINFMTFS_MAGIC, "binfmt_misc" },
    { RDTGROUP_SUPER_MAGIC, "resctrl" },
    { BINDERFS_SUPER_MAGIC, "binder" },
    { 0x62656570, "configfs" },
    { 0x19800202, "mqueue" },
    { 0x65735543, "fusectl" },
};

const char *kernel_files_name(uint64_t filesystem_magic)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (table[i].magic == filesystem_magic)
            return table[i].name;
    return NULL;
}

bool kernel_files_has_name(const char *type)
{
    /* Devices, although its magic is that of tmpfs. */
    if (strcmp(type, "devtmpfs") == 0)
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strcmp(table[i].name, type) == 0)
            return true;
    return false;
}
