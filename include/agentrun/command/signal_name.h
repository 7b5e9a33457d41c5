/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals as callers write them.
 */
#ifndef AGENTRUN_COMMAND_SIGNAL_NAME_H
#define AGENTRUN_COMMAND_SIGNAL_NAME_H

#include "agentrun/base/error.h"

/* "9", "KILL", "SIGKILL", "sigkill", "RTMIN+3": the number, 0..64. Error: unknown signal "FOO",
 * ERROR_USAGE. signal(7). */
int signal_parse(const char *text, int *out_signal, struct error *err);

#endif
