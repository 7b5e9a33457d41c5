/* SPDX-License-Identifier: Apache-2.0
 *
 * linux.seccomp → profile.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "agentrun/base/scope.h"
#include "agentrun/plan/filters.h"
#include "plan_fixture.h"

static struct filter_profile profile(struct arena *arena, const char *members)
{
    struct spec spec =
        fixture_spec(arena, arena_format(arena, "'linux':{'seccomp':{%s}}", members));
    struct filter_profile profile;
    struct error err;

    if (filters_profile(arena, &spec, &profile, &err) < 0)
        fail_msg("%s", err.text);
    return profile;
}

static void test_profile_actions_carry_their_errno(void **state)
{
    struct arena arena = { 0 };
    struct filter_profile p =
        profile(&arena, "'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':38,"
                        "'architectures':['SCMP_ARCH_X86_64'],'flags':['SECCOMP_FILTER_FLAG_LOG'],"
                        "'syscalls':[{'names':['a','b'],'action':'SCMP_ACT_ALLOW'},"
                        "{'names':['c'],'action':'SCMP_ACT_ERRNO'},"
                        "{'names':['d'],'action':'SCMP_ACT_ERRNO','errnoRet':0},"
                        "{'names':['e'],'action':'SCMP_ACT_ERRNO','errnoRet':38}]");

    (void)state;
    assert_int_equal(p.default_action, SECCOMP_RET_ERRNO | 38);
    /* Ours denies the others. */
    assert_int_equal(p.n_architectures, 0);
    assert_int_equal(p.foreign_action, SECCOMP_RET_ALLOW);
    assert_int_equal(p.flags, SECCOMP_FILTER_FLAG_LOG);
    /* The last rule says what happens anyway, but its name is one that the author knew. */
    assert_int_equal(p.n_rules, 4);
    assert_int_equal(p.rules[0].action, SECCOMP_RET_ALLOW);
    assert_int_equal(p.rules[0].n_names, 2);
    assert_string_equal(p.rules[0].names[1], "b");
    assert_int_equal(p.rules[1].action, SECCOMP_RET_ERRNO | EPERM);
    assert_int_equal(p.rules[2].action, SECCOMP_RET_ERRNO);
    assert_int_equal(p.rules[3].action, p.default_action);
    arena_release(&arena);
}

static void test_profile_arguments_stay_in_their_rule(void **state)
{
    struct arena arena = { 0 };
    struct filter_profile p = profile(
        &arena, "'defaultAction':'SCMP_ACT_ERRNO','syscalls':["
                "{'names':['a'],'action':'SCMP_ACT_ALLOW','args':["
                "{'index':0,'value':1,'op':'SCMP_CMP_EQ'},{'index':0,'value':2,'op':'SCMP_CMP_EQ'},"
                "{'index':1,'value':3,'op':'SCMP_CMP_EQ'}]},"
                "{'names':['b'],'action':'SCMP_ACT_ALLOW','args':["
                "{'index':0,'value':4,'op':'SCMP_CMP_GT'},"
                "{'index':5,'value':7,'valueTwo':5,'op':'SCMP_CMP_MASKED_EQ'}]}]");

    (void)state;
    assert_int_equal(p.n_rules, 2);
    assert_string_equal(p.rules[0].names[0], "a");
    assert_int_equal(p.rules[0].n_arguments, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(p.rules[0].arguments[i].value, i + 1);
    assert_int_equal(p.rules[1].n_arguments, 2);
    assert_int_equal(p.rules[1].arguments[0].comparison, FILTER_GREATER);
    assert_int_equal(p.rules[1].arguments[1].index, 5);
    assert_int_equal(p.rules[1].arguments[1].comparison, FILTER_MASKED_EQUAL);
    assert_int_equal(p.rules[1].arguments[1].value_two, 5);
    arena_release(&arena);
}

static void test_profile_unknown_words_are_refused(void **state)
{
    static const char *const cases[][2] = {
        { "'defaultAction':'SCMP_ACT_X'", "linux.seccomp.defaultAction: unknown action "
                                          "'SCMP_ACT_X'" },
        { "'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':4096",
          "linux.seccomp.defaultAction: expected an errno of 0..4095" },
        { "'defaultAction':'SCMP_ACT_NOTIFY'",
          "linux.seccomp.defaultAction: 'SCMP_ACT_NOTIFY' is not supported" },
        { "'defaultAction':'SCMP_ACT_ALLOW','flags':['X']",
          "linux.seccomp.flags[0]: unknown flag 'X'" },
        { "'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['a'],'action':'SCMP_ACT_KILL',"
          "'args':[{'index':0,'value':0,'op':'X'}]}]",
          "linux.seccomp.syscalls[0].args[0].op: unknown operator 'X'" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct arena arena = { 0 };

        fixture_refuse(arena_format(&arena,
                                    "'process':{'cwd':'/','args':['a']},'linux':{'seccomp':{%s}}",
                                    cases[i][0]),
                       cases[i][1]);
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profile_actions_carry_their_errno),
        cmocka_unit_test(test_profile_arguments_stay_in_their_rule),
        cmocka_unit_test(test_profile_unknown_words_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
