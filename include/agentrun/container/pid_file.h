/* SPDX-License-Identifier: Apache-2.0
 *
 * The file that tells an engine the pid: digits and nothing else, since some parse the raw bytes.
 */
#ifndef AGENTRUN_CONTAINER_PID_FILE_H
#define AGENTRUN_CONTAINER_PID_FILE_H

#include <sys/types.h>

#include "agentrun/base/error.h"

/* Put the file into place as a whole, by rename: others poll for it. */
int pid_file_write(const char *path, pid_t pid, struct error *err);

#endif
