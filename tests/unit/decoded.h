/* SPDX-License-Identifier: Apache-2.0
 *
 * Decoding of fragments, put into the smallest document that may hold them.
 */
#ifndef AGENTRUN_TESTS_UNIT_DECODED_H
#define AGENTRUN_TESTS_UNIT_DECODED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/spec/decode.h"
#include "quoted.h"

static struct arena arena;

static inline int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

/* Members of the top level beside the required ones. */
static inline struct spec decode(const char *members)
{
    const char *text =
        quoted(&arena, arena_format(&arena, "{'ociVersion':'1.2.0','root':{'path':'r'}%s%s}",
                                    *members ? "," : "", members));
    struct spec spec;
    struct error err;

    if (spec_decode(&arena, "c", text, strlen(text), &spec, &err) < 0)
        fail_msg("%s", err.text);
    return spec;
}

static inline struct spec_process decode_process(const char *members)
{
    struct spec spec = decode(arena_format(&arena, "'process': {'cwd': '/', %s}", members));

    assert_true(spec.has_process);
    assert_int_equal(spec.n_unknown_fields, 0);
    return spec.process;
}

static inline struct spec_linux decode_linux(const char *members)
{
    struct spec spec = decode(arena_format(&arena, "'linux': {%s}", members));

    assert_true(spec.linux.is_set);
    assert_int_equal(spec.n_unknown_fields, 0);
    return spec.linux;
}

static inline struct spec_resources decode_resources(const char *members)
{
    struct spec_linux section = decode_linux(arena_format(&arena, "'resources': {%s}", members));

    assert_true(section.resources.is_set);
    return section.resources;
}

static inline void assert_optional(const struct optional_i64 *optional, int64_t value)
{
    assert_true(optional->is_set);
    assert_true(optional->value == value);
}

static inline void assert_optional_unsigned(const struct optional_u64 *optional, uint64_t value)
{
    assert_true(optional->is_set);
    assert_true(optional->value == value);
}

#endif
