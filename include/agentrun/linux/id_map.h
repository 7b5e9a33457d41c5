/* SPDX-License-Identifier: Apache-2.0
 *
 * User namespaces that serve as the maps of id-mapped mounts; nothing ever runs in them.
 */
#ifndef AGENTRUN_LINUX_ID_MAP_H
#define AGENTRUN_LINUX_ID_MAP_H

#include "agentrun/base/error.h"

/* Make a user namespace with these maps (lines of "inside outside count") for MOUNT_ATTR_IDMAP of
 * mount_setattr(2). Takes one short-lived child, which is gone when this returns. The caller closes
 * the descriptor. */
int id_map_namespace(const char *uid_map, const char *gid_map, int *out_user_namespace_fd,
                     struct error *err);

#endif
