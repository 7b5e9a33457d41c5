/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/path.h"

#include <string.h>

/* `end` without its last component. */
static char *drop_component(const char *start, char *end)
{
    while (end > start && *--end != '/')
        ;
    return end;
}

char *path_clean(struct arena *arena, const char *path)
{
    char *clean = arena_alloc(arena, strlen(path) + 2), *end = clean;

    while (*path) {
        size_t length = strcspn(path, "/");

        if (length == 2 && strncmp(path, "..", 2) == 0) {
            end = drop_component(clean, end);
        } else if (length > 0 && !(length == 1 && *path == '.')) {
            *end++ = '/';
            memcpy(end, path, length);
            end += length;
        }
        path += length;
        path += strspn(path, "/");
    }
    if (end == clean)
        *end++ = '/';
    *end = '\0';
    return clean;
}

char *path_join(struct arena *arena, const char *directory, const char *path)
{
    return path_clean(arena, arena_format(arena, "%s/%s", directory, path));
}
