/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/arena.h"

static jmp_buf after_exhaustion;

static void jump_out(void)
{
    longjmp(after_exhaustion, 1);
}

static void test_arena_pieces_are_zeroed_aligned_and_apart(void **state)
{
    struct arena arena = { 0 };
    char *pieces[300];

    (void)state;
    for (size_t size = 0; size < 300; size++) {
        pieces[size] = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)pieces[size] % alignof(uint64_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(pieces[size][i], 0);
        memset(pieces[size], 0xff, size);
    }
    for (size_t size = 1; size < 300; size++)
        assert_true(pieces[size] >= pieces[size - 1] + size - 1 ||
                    pieces[size] + size <= pieces[size - 1]);
    arena_release(&arena);
}

static void test_arena_large_pieces_fit(void **state)
{
    struct arena arena = { 0 };
    const size_t n_bytes = (size_t)5 << 20;
    char *small = arena_alloc(&arena, 10), *large = arena_alloc(&arena, n_bytes);

    (void)state;
    memset(large, 1, n_bytes);
    assert_int_equal(small[9], 0);
    arena_release(&arena);
    assert_null(arena.blocks);
    assert_int_equal(*(char *)arena_alloc(&arena, 1), 0);
    arena_release(&arena);
}

/* The pages of a block are there before anything is written to them. */
static void test_arena_last_piece_grows_in_its_place(void **state)
{
    struct arena arena = { 0 };
    char *piece = arena_alloc(&arena, 10), *grown, *other;

    (void)state;
    piece[9] = 'x';
    grown = arena_grow(&arena, piece, 10, 5000);
    assert_ptr_equal(grown, piece);
    assert_int_equal(grown[9], 'x');
    assert_int_equal(grown[4999], 0);
    other = arena_alloc(&arena, 10);
    assert_true(other >= grown + 5000);
    grown = arena_grow(&arena, piece, 5000, 6000);
    assert_ptr_not_equal(grown, piece);
    assert_int_equal(grown[9], 'x');
    assert_ptr_not_equal(arena_grow(&arena, grown, 6000, 1 << 20), grown);
    arena_release(&arena);
}

static void test_arena_blocks_are_populated(void **state)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), n_pages = 256;
    struct arena arena = { 0 };
    char *piece = arena_alloc(&arena, (n_pages + 1) * page_bytes);
    char *first_page = piece + (page_bytes - (uintptr_t)piece % page_bytes);
    unsigned char is_resident[256];

    (void)state;
    assert_int_equal(mincore(first_page, n_pages * page_bytes, is_resident), 0);
    for (size_t i = 0; i < n_pages; i++)
        assert_int_equal(is_resident[i] & 1, 1);
    arena_release(&arena);
}

static void test_arena_text_is_copied(void **state)
{
    struct arena arena = { 0 };
    char long_text[5000];

    (void)state;
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_string_equal(arena_strdup(&arena, ""), "");
    assert_string_equal(arena_strndup(&arena, "abc", 2), "ab");
    assert_string_equal(arena_strndup(&arena, "abc", 9), "abc");
    assert_string_equal(arena_format(&arena, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_format(&arena, "%s", long_text), long_text);
    arena_release(&arena);
}

static void test_arena_overflow_ends_the_program(void **state)
{
    struct arena arena = { .on_exhausted = jump_out };
    volatile int n_exhausted = 0;
    volatile size_t huge = SIZE_MAX / 2;

    (void)state;
    if (setjmp(after_exhaustion) == 0)
        arena_alloc_array(&arena, huge, 3);
    else
        n_exhausted++;
    if (setjmp(after_exhaustion) == 0)
        arena_alloc(&arena, huge * 2 + 1);
    else
        n_exhausted++;
    if (setjmp(after_exhaustion) == 0)
        arena_alloc(&arena, huge);
    else
        n_exhausted++;
    assert_int_equal(n_exhausted, 3);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(test_arena_large_pieces_fit),
        cmocka_unit_test(test_arena_last_piece_grows_in_its_place),
        cmocka_unit_test(test_arena_blocks_are_populated),
        cmocka_unit_test(test_arena_text_is_copied),
        cmocka_unit_test(test_arena_overflow_ends_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
