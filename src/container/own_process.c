/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/container/own_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "agentrun/linux/keyring.h"

int own_process_become(bool new_keyring, struct error *err)
{
    /* Where the signal came too early, the end of the parent's socket tells the same. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return error_system(err, "set the parent-death signal");
    /* Processes of the container may see us before our exec (CVE-2016-9962). */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return error_system(err, "become undumpable");
    if (setsid() < 0)
        return error_system(err, "setsid");
    return new_keyring ? keyring_join_new(err) : 0;
}
