/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/spec/schema.h"

#include <string.h>

const struct schema_member *schema_find(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_members; i++)
        if (strcmp(schema->members[i].name, name) == 0)
            return &schema->members[i];
    return NULL;
}
