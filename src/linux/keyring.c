/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>

#include "agentrun/base/sys.h"

int keyring_join_new(struct error *err)
{
    /* Anonymous: a named keyring could be joined by anybody who knows the name. */
    if (sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0) < 0 && errno != ENOSYS)
        return error_system(err, "keyring: join a new session keyring");
    return 0;
}
