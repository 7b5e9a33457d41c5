/* SPDX-License-Identifier: Apache-2.0
 *
 * Every member of the specification has a rule or a reason, and every rule is where it should be.
 */
#include "agentrun/harden/catalog.h"
#include "agentrun/harden/coverage.h"
#include "agentrun/spec/schema_spec.h"
#include "harden_support.h"

/* Call `visit` for each member that holds no others. */
static void walk(struct arena *arena, const struct schema *schema, const char *path,
                 void (*visit)(const char *member))
{
    for (size_t i = 0; i < schema->n_members; i++) {
        const struct schema_member *member = &schema->members[i];
        bool is_list = member->kind == SCHEMA_OBJECTS || member->kind == SCHEMA_OBJECT_MAP;
        const char *inner = arena_format(arena, "%s%s%s%s", path, *path ? "." : "", member->name,
                                         is_list ? "[]" : "");

        if (member->object)
            walk(arena, member->object, inner, visit);
        else
            visit(inner);
    }
}

static void expect_row(const char *member)
{
    if (!coverage_find(member))
        fail_msg("%s has neither a rule nor a reason", member);
}

static void test_coverage_every_member_has_a_row(void **state)
{
    struct arena arena = { 0 };

    (void)state;
    walk(&arena, &schema_spec, "", expect_row);
    arena_release(&arena);
}

/* The row that is looked for, and whether any member fell to it. */
static const struct coverage *looked_for;
static bool is_used;

static void look(const char *member)
{
    if (coverage_find(member) == looked_for)
        is_used = true;
}

/* A row of a whole section may be there for the section alone. */
static bool is_section(const struct coverage *row)
{
    static const char *const sections[] = { "process.user", "process.capabilities", "mounts",
                                            "linux.seccomp", "linux.devices" };

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (strcmp(sections[i], row->member) == 0)
            return true;
    return false;
}

static void test_coverage_every_row_is_about_a_member(void **state)
{
    struct arena arena = { 0 };
    size_t n_rows;
    const struct coverage *rows = coverage_table(&n_rows);

    (void)state;
    for (size_t i = 0; i < n_rows; i++) {
        looked_for = &rows[i];
        is_used = is_section(&rows[i]);
        walk(&arena, &schema_spec, "", look);
        if (!is_used)
            fail_msg("the specification has no member %s", rows[i].member);
        assert_int_equal(!rows[i].rules, rows[i].harmless != NULL);
    }
    arena_release(&arena);
}

/* Is `id` one of the words of `list`? */
static bool has_word(const char *list, const char *id)
{
    size_t n_bytes = strlen(id);

    for (const char *at = list; at && (at = strstr(at, id)); at += n_bytes)
        if ((at == list || at[-1] == ' ') && (at[n_bytes] == ' ' || at[n_bytes] == '\0'))
            return true;
    return false;
}

static bool is_covered(const char *id)
{
    size_t n_rows;
    const struct coverage *rows = coverage_table(&n_rows);

    for (size_t i = 0; i < n_rows; i++)
        if (has_word(rows[i].rules, id))
            return true;
    return false;
}

static bool is_rule(const char *id, size_t n_bytes)
{
    size_t n_families;
    const struct rule_family *const *families = catalog_families(&n_families);

    for (size_t i = 0; i < n_families; i++)
        for (size_t j = 0; j < families[i]->n_rules; j++)
            if (strlen(families[i]->rules[j].id) == n_bytes &&
                strncmp(families[i]->rules[j].id, id, n_bytes) == 0)
                return true;
    return false;
}

static void test_coverage_names_only_rules_that_exist(void **state)
{
    size_t n_rows;
    const struct coverage *rows = coverage_table(&n_rows);

    (void)state;
    for (size_t i = 0; i < n_rows; i++) {
        const char *id = rows[i].rules ? rows[i].rules : "";

        while (*id) {
            size_t n_bytes = strcspn(id, " ");

            if (!is_rule(id, n_bytes))
                fail_msg("%s: no rule is called %.*s", rows[i].member, (int)n_bytes, id);
            id += n_bytes + (id[n_bytes] == ' ');
        }
    }
}

static void check_rule(const struct rule *rule)
{
    const char *texts[] = { rule->id, rule->place, rule->reason, rule->allow };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_non_null(texts[i]);
        if (support_matched_word(texts[i]))
            fail_msg("%s: engines act upon '%s'", rule->id, support_matched_word(texts[i]));
    }
    assert_true(rule->reason[0] != '\0' && rule->allow[0] != '\0');
    assert_int_not_equal(rule->scopes, 0);
    assert_int_not_equal(!rule->apply, !rule->apply_to_mount);
    /* Members that nobody knows can be anywhere. */
    if (strcmp(rule->id, "spec.unknown-field") != 0 && !is_covered(rule->id))
        fail_msg("%s governs no member", rule->id);
}

static void test_rules_are_complete_and_covered(void **state)
{
    size_t n_families;
    const struct rule_family *const *families = catalog_families(&n_families);

    (void)state;
    for (size_t i = 0; i < n_families; i++)
        for (size_t j = 0; j < families[i]->n_rules; j++)
            check_rule(&families[i]->rules[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage_every_member_has_a_row),
        cmocka_unit_test(test_coverage_every_row_is_about_a_member),
        cmocka_unit_test(test_coverage_names_only_rules_that_exist),
        cmocka_unit_test(test_rules_are_complete_and_covered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
