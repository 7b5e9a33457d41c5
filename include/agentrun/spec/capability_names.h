/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of the capabilities, as the specification writes them. A table of our own: libcap-ng
 * examines the process at every start, and only the names are needed. capabilities(7)
 */
#ifndef AGENTRUN_SPEC_CAPABILITY_NAMES_H
#define AGENTRUN_SPEC_CAPABILITY_NAMES_H

/* The number of "CAP_CHOWN"; -1 when there is no capability of that name. */
int capability_name_number(const char *name);

/* "CAP_CHOWN" for 0; NULL when the number has no name. */
const char *capability_name(unsigned number);

#endif
