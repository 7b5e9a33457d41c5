/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict numbers: the whole text, decimal digits, no white space, no plus sign, no leading zero
 * games; anything else is an error that tells the permitted range. (An engine's lax parser once
 * took the user "1" for root.)
 */
#ifndef AGENTRUN_BASE_NUMBER_H
#define AGENTRUN_BASE_NUMBER_H

#include <stdint.h>

#include "agentrun/base/error.h"

/* Parse an unsigned number within [minimum, maximum]. Errors: -EINVAL (not a number), -ERANGE; the
 * text is "expected MIN..MAX, got TEXT", kind ERROR_USAGE. */
int number_parse_unsigned(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *out_value,
                          struct error *err);

/* The same with an optional minus sign. */
int number_parse_signed(const char *text, int64_t minimum, int64_t maximum, int64_t *out_value,
                        struct error *err);

/* An octal file mode such as 0644 or 1777, at most 07777. */
int number_parse_mode(const char *text, uint32_t *out_mode, struct error *err);

/* A size as the kernel's memparse accepts it: digits and one optional suffix of k m g t (either
 * case). Overflow is an error. */
int number_parse_size(const char *text, uint64_t *out_bytes, struct error *err);

#endif
