/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two files of the probe share: a minimal JSON printer, and the calls by name.
 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

#include <stdbool.h>

/* Print a member (or with name NULL an element) on standard output, with the comma it needs. */
void json_key(const char *name);
void json_text(const char *name, const char *text);
void json_number(const char *name, long long number);
void json_open(const char *name, char bracket);
void json_close(char bracket);

/* The symbol of errno, "EPERM". */
const char *error_name(void);

/* Make each system call that is named and print an object of how they ended: the symbol of the
 * error, or "ok". Returns the exit status: 64 for a name that is not in the table. */
int report_calls(char **names);

#endif
