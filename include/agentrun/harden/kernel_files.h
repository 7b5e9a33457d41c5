/* SPDX-License-Identifier: Apache-2.0
 *
 * File systems through which the kernel shows itself: their content is never data of the host, so
 * none is ever a source for a container.
 */
#ifndef AGENTRUN_HARDEN_KERNEL_FILES_H
#define AGENTRUN_HARDEN_KERNEL_FILES_H

#include <stdbool.h>
#include <stdint.h>

/* The name of the file system with this statfs(2) magic when it is one of the kernel's ("proc");
 * otherwise NULL. */
const char *kernel_files_name(uint64_t filesystem_magic);

/* Is this, as mount(8) names it, one of those file systems? */
bool kernel_files_has_name(const char *type);

#endif
