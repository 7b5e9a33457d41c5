/* SPDX-License-Identifier: Apache-2.0
 *
 * What is in one JSON document and not in another.
 */
#ifndef AGENTRUN_TESTS_UNIT_JSON_DIFFERENCE_H
#define AGENTRUN_TESTS_UNIT_JSON_DIFFERENCE_H

#include "agentrun/base/json.h"
#include "agentrun/base/json_writer.h"

/* Are two values the same? */
bool json_equals(const struct json *a, const struct json *b);

/* Write the parts of `value` that `base` does not have: members of objects that differ, elements
 * of arrays that no element of the base's array equals. */
void json_write_difference(struct json_writer *writer, const struct json *value,
                           const struct json *base);

/* Call `visit` for the path of every member that differs or is in one of the two only. Objects are
 * gone into, arrays are not. */
void json_visit_differences(struct arena *arena, const char *path, const struct json *a,
                            const struct json *b, void (*visit)(void *context, const char *path),
                            void *context);

/* Parse; fails the test when it is no JSON. */
struct json_document json_parsed(struct arena *arena, const char *name, const char *text);

#endif
