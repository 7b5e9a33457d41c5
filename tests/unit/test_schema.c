/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows themselves: a slip in one of them would otherwise be a wild write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/spec/schema_spec.h"
#include "agentrun/spec/spec.h"

/* What a kind writes at the row's offset, and at its companion's. */
static const struct {
    size_t n_bytes, n_companion_bytes;
    bool is_number, has_object;
} kinds[N_SCHEMA_KINDS] = {
    [SCHEMA_STRING] = { sizeof(char *), 0, false, false },
    [SCHEMA_BOOLEAN] = { sizeof(bool), 0, false, false },
    [SCHEMA_OPTIONAL_BOOLEAN] = { sizeof(struct optional_bool), 0, false, false },
    [SCHEMA_U16] = { sizeof(uint16_t), 0, true, false },
    [SCHEMA_U32] = { sizeof(uint32_t), 0, true, false },
    [SCHEMA_U64] = { sizeof(uint64_t), 0, true, false },
    [SCHEMA_I64] = { sizeof(int64_t), 0, true, false },
    [SCHEMA_OPTIONAL_U64] = { sizeof(struct optional_u64), 0, true, false },
    [SCHEMA_OPTIONAL_I64] = { sizeof(struct optional_i64), 0, true, false },
    [SCHEMA_STRINGS] = { sizeof(char **), sizeof(size_t), false, false },
    [SCHEMA_IDS] = { sizeof(uint32_t *), sizeof(size_t), true, false },
    [SCHEMA_STRING_MAP] = { sizeof(void *), sizeof(size_t), false, false },
    [SCHEMA_OBJECT] = { 0, 0, false, true },
    [SCHEMA_OBJECTS] = { sizeof(void *), sizeof(size_t), false, true },
    [SCHEMA_OBJECT_MAP] = { sizeof(void *), sizeof(size_t), false, true },
    [SCHEMA_CONVERTED] = { 1, 0, false, false },
    [SCHEMA_PRESENCE] = { sizeof(bool), 0, false, false },
    [SCHEMA_FOREIGN] = { sizeof(char **), sizeof(size_t), false, false },
    [SCHEMA_IGNORED] = { 0, 0, false, false },
};

static size_t n_rows;

static void check_schema(const struct schema *schema);

static void check_range(const struct schema_member *member)
{
    static const uint64_t greatest[N_SCHEMA_KINDS] = {
        [SCHEMA_U16] = UINT16_MAX,          [SCHEMA_U32] = UINT32_MAX,
        [SCHEMA_U64] = UINT64_MAX,          [SCHEMA_I64] = INT64_MAX,
        [SCHEMA_OPTIONAL_U64] = UINT64_MAX, [SCHEMA_OPTIONAL_I64] = INT64_MAX,
        [SCHEMA_IDS] = UINT32_MAX,
    };
    bool is_signed = member->kind == SCHEMA_I64 || member->kind == SCHEMA_OPTIONAL_I64;

    if (!kinds[member->kind].is_number) {
        assert_true(member->minimum == 0 && member->maximum == 0);
        return;
    }
    if (member->maximum == 0 || member->maximum > greatest[member->kind])
        fail_msg("%s: the range's end", member->name);
    if (!is_signed && member->minimum < 0)
        fail_msg("%s: a negative range of an unsigned number", member->name);
}

static void check_member(const struct schema *schema, const struct schema_member *member)
{
    size_t n_bytes = kinds[member->kind].n_bytes;

    if (member->kind == SCHEMA_OBJECT)
        n_bytes = member->object->n_bytes;
    if (member->offset + n_bytes > schema->n_bytes)
        fail_msg("%s: beyond the structure", member->name);
    if (kinds[member->kind].n_companion_bytes > 0 && member->companion == 0)
        fail_msg("%s: a list without count", member->name);
    if (member->companion + kinds[member->kind].n_companion_bytes > schema->n_bytes)
        fail_msg("%s: the companion is beyond the structure", member->name);
    assert_true(kinds[member->kind].has_object == (member->object != NULL));
    assert_true((member->kind == SCHEMA_CONVERTED) == (member->conversion != NULL));
    check_range(member);
    n_rows++;
    if (member->object)
        check_schema(member->object);
}

static void check_schema(const struct schema *schema)
{
    assert_true(schema->n_members > 0 && schema->n_members <= 64);
    for (size_t i = 0; i < schema->n_members; i++) {
        check_member(schema, &schema->members[i]);
        /* The first row of a name counts: there is no second one. */
        assert_ptr_equal(schema_find(schema, schema->members[i].name), &schema->members[i]);
    }
}

static void test_schema_rows_stay_within_their_structure(void **state)
{
    (void)state;
    check_schema(&schema_spec);
    check_schema(&schema_process_alone);
    check_schema(&schema_resources_alone);
    assert_true(n_rows > 200);
}

static void test_schema_find_compares_whole_names(void **state)
{
    (void)state;
    assert_non_null(schema_find(&schema_spec, "root"));
    assert_null(schema_find(&schema_spec, "roo"));
    assert_null(schema_find(&schema_spec, "rootfs"));
    assert_null(schema_find(&schema_spec, "Root"));
    assert_null(schema_find(&schema_spec, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schema_rows_stay_within_their_structure),
        cmocka_unit_test(test_schema_find_compares_whole_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
