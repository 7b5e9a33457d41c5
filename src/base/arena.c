/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* What a run with the document that engines send by default takes, and steps for more. */
#define FIRST_BLOCK_BYTES ((size_t)136 * 1024)
#define BLOCK_BYTES       ((size_t)32 * 1024)
#define PAGE_BYTES        ((size_t)4096)
#define ALIGNMENT         ((size_t)8) /* of every type that is kept in an arena */

struct arena_block {
    struct arena_block *older;
    size_t n_bytes;
};

static size_t round_up(size_t size, size_t multiple)
{
    return (size + multiple - 1) / multiple * multiple;
}

__attribute__((noreturn)) static void exhausted(const struct arena *arena)
{
    if (arena->on_exhausted)
        arena->on_exhausted();
    abort();
}

static void add_block(struct arena *arena, size_t n_bytes)
{
    size_t header = round_up(sizeof(struct arena_block), ALIGNMENT);
    size_t usual = arena->blocks ? BLOCK_BYTES : FIRST_BLOCK_BYTES;
    size_t total = round_up(n_bytes + header, PAGE_BYTES);
    struct arena_block *block;

    if (total < usual)
        total = usual;
    block = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                 -1, 0);
    if (block == MAP_FAILED)
        exhausted(arena);
    block->older = arena->blocks;
    block->n_bytes = total;
    arena->blocks = block;
    arena->next = (char *)block + header;
    arena->n_free_bytes = total - header;
}

static void *take(struct arena *arena, size_t size, size_t alignment)
{
    size_t padding = -(uintptr_t)arena->next & (alignment - 1);
    char *piece;

    if (size > SIZE_MAX / 2)
        exhausted(arena);
    if (size + padding > arena->n_free_bytes) {
        add_block(arena, size);
        padding = 0;
    }
    piece = arena->next + padding;
    arena->next = piece + size;
    arena->n_free_bytes -= padding + size;
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return take(arena, size ? size : 1, ALIGNMENT);
}

void *arena_alloc_array(struct arena *arena, size_t n_elements, size_t element_size)
{
    size_t size;

    if (__builtin_mul_overflow(n_elements, element_size, &size))
        exhausted(arena);
    return arena_alloc(arena, size);
}

void *arena_grow(struct arena *arena, void *piece, size_t old_size, size_t new_size)
{
    void *copy;

    if (new_size <= old_size)
        return piece;
    if ((char *)piece + old_size == arena->next && new_size - old_size <= arena->n_free_bytes) {
        arena->next += new_size - old_size;
        arena->n_free_bytes -= new_size - old_size;
        return piece;
    }
    copy = arena_alloc(arena, new_size);
    memcpy(copy, piece, old_size);
    return copy;
}

/* Most of an arena is text, which needs no alignment. */
char *arena_strndup(struct arena *arena, const char *text, size_t n_bytes)
{
    size_t length = strnlen(text, n_bytes);
    char *copy = take(arena, length + 1, 1);

    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    int length;
    char *text;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        exhausted(arena);
    text = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void arena_reserve(struct arena *arena, size_t n_bytes)
{
    if (n_bytes > arena->n_free_bytes)
        add_block(arena, n_bytes);
}

void arena_release(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->older;
        munmap(block, block->n_bytes);
    }
    arena->next = NULL;
    arena->n_free_bytes = 0;
}
