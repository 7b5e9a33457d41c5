/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/policy/path.h"

#include <string.h>

/* What may follow where the pattern ends. */
enum end {
    END_OF_TEXT,
    END_OF_COMPONENT, /* something below what the pattern names is good as well */
};

static bool matches(const char *pattern, const char *id, const char *text, enum end end);

/* "*": any number of characters of the same component. */
static bool matches_star(const char *rest, const char *id, const char *text, enum end end)
{
    do {
        if (matches(rest, id, text, end))
            return true;
    } while (*text != '\0' && *text++ != '/');
    return false;
}

static bool matches(const char *pattern, const char *id, const char *text, enum end end)
{
    for (; *pattern != '\0'; pattern++) {
        if (strcmp(pattern, "/**") == 0)
            return text[0] == '/' && text[1] != '\0';
        if (*pattern == '*')
            return matches_star(pattern + 1, id, text, end);
        if (id && strncmp(pattern, "$ID", 3) == 0) {
            size_t n_bytes = strlen(id);

            if (strncmp(text, id, n_bytes) != 0)
                return false;
            text += n_bytes;
            pattern += 2;
        } else if (*text++ != *pattern) {
            return false;
        }
    }
    return *text == '\0' || (end == END_OF_COMPONENT && *text == '/');
}

bool path_matches(const char *pattern, const char *container_id, const char *text)
{
    if (strncmp(pattern, "**/", 3) != 0)
        return matches(pattern, container_id, text, END_OF_TEXT);
    /* The rest of the pattern may begin at any slash. */
    for (const char *slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/'))
        if (matches(pattern + 2, container_id, slash, END_OF_TEXT))
            return true;
    return false;
}

bool path_matches_within(const char *pattern, const char *container_id, const char *path)
{
    return matches(pattern, container_id, path, END_OF_COMPONENT);
}

bool path_is_within(const char *path, const char *directory)
{
    size_t n_bytes = strlen(directory);

    if (strcmp(directory, "/") == 0)
        return path[0] == '/';
    return strncmp(path, directory, n_bytes) == 0 &&
           (path[n_bytes] == '/' || path[n_bytes] == '\0');
}
