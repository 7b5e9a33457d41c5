/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of one command: handed out piece by piece, never given back before the command ends.
 * A page fault costs more than the page, so each block is populated in one call when it is mapped.
 */
#ifndef AGENTRUN_BASE_ARENA_H
#define AGENTRUN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next;
    size_t n_free_bytes;
    void (*on_exhausted)(void); /* does not return; NULL: abort(3) */
};

/* `size` zeroed bytes, aligned for pointers and 64-bit numbers. Never NULL: when the kernel has no
 * memory left, arena->on_exhausted ends the program. What must not fail half way calls
 * arena_reserve first. */
__attribute__((returns_nonnull, malloc, alloc_size(2))) void *arena_alloc(struct arena *arena,
                                                                          size_t size);

/* The same for an array; the product is checked for overflow. */
__attribute__((returns_nonnull, malloc, alloc_size(2, 3))) void *arena_alloc_array(
    struct arena *arena, size_t n_elements, size_t element_size);

/* A copy of the first n_bytes of `text` (or all of it), NUL-terminated. */
__attribute__((returns_nonnull)) char *arena_strndup(struct arena *arena, const char *text,
                                                     size_t n_bytes);
__attribute__((returns_nonnull)) char *arena_strdup(struct arena *arena, const char *text);

/* The formatted text, of any length. */
__attribute__((returns_nonnull, format(printf, 2, 3))) char *arena_format(struct arena *arena,
                                                                          const char *format, ...);

/* The piece with room for new_size bytes instead of old_size: where it is, if it was the last to be
 * handed out and its block has the room, or a copy. */
__attribute__((returns_nonnull)) void *arena_grow(struct arena *arena, void *piece, size_t old_size,
                                                  size_t new_size);

/* Make sure that the next n_bytes can be handed out without asking the kernel. */
void arena_reserve(struct arena *arena, size_t n_bytes);

/* Give everything back to the kernel. The arena is empty and usable again. */
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_NEW_ARRAY(arena, type, count)                                                        \
    ((type *)arena_alloc_array((arena), (count), sizeof(type)))

#endif
