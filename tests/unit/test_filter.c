/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of profiles.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/filter/filter.h"
#include "agentrun/filter/names.h"

static void test_filter_native_architecture_as_libseccomp_says(void **state)
{
    (void)state;
    assert_int_equal(filter_native_architecture(), seccomp_arch_native());
}

static void test_filter_architectures_of_the_specification_known(void **state)
{
    static const struct {
        const char *name;
        uint32_t architecture;
    } cases[] = {
        { "SCMP_ARCH_X86", SCMP_ARCH_X86 },
        { "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 },
        { "SCMP_ARCH_X32", AUDIT_ARCH_X86_64 | FILTER_X32 },
        { "SCMP_ARCH_ARM", SCMP_ARCH_ARM },
        { "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 },
        { "SCMP_ARCH_MIPS", SCMP_ARCH_MIPS },
        { "SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64 },
        { "SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32 },
        { "SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL },
        { "SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64 },
        { "SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32 },
        { "SCMP_ARCH_PPC", SCMP_ARCH_PPC },
        { "SCMP_ARCH_PPC64", SCMP_ARCH_PPC64 },
        { "SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE },
        { "SCMP_ARCH_S390", SCMP_ARCH_S390 },
        { "SCMP_ARCH_S390X", SCMP_ARCH_S390X },
        { "SCMP_ARCH_PARISC", SCMP_ARCH_PARISC },
        { "SCMP_ARCH_PARISC64", SCMP_ARCH_PARISC64 },
        { "SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64 },
        { "SCMP_ARCH_LOONGARCH64", AUDIT_ARCH_LOONGARCH64 },
        { "SCMP_ARCH_M68K", AUDIT_ARCH_M68K },
        { "SCMP_ARCH_SH", AUDIT_ARCH_SHEL },
        { "SCMP_ARCH_SHEB", AUDIT_ARCH_SH },
    };
    uint32_t architecture;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(filter_architecture_parse(cases[i].name, &architecture));
        assert_int_equal(architecture, cases[i].architecture);
    }
    assert_false(filter_architecture_parse("SCMP_ARCH_PDP11", &architecture));
    assert_false(filter_architecture_parse("x86_64", &architecture));
    assert_false(filter_architecture_parse("", &architecture));
}

static void test_filter_actions_carry_their_data(void **state)
{
    static const struct {
        const char *name;
        uint32_t action;
    } cases[] = {
        { "SCMP_ACT_KILL", SCMP_ACT_KILL },
        { "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD },
        { "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS },
        { "SCMP_ACT_TRAP", SCMP_ACT_TRAP },
        { "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(38) },
        { "SCMP_ACT_TRACE", SCMP_ACT_TRACE(38) },
        { "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW },
        { "SCMP_ACT_LOG", SCMP_ACT_LOG },
        { "SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY },
    };
    uint32_t action = 77;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(filter_action_parse(cases[i].name, 38, &action));
        assert_int_equal(action, cases[i].action);
    }
    action = 77;
    assert_false(filter_action_parse("SCMP_ACT_PERMIT", 38, &action));
    assert_int_equal(action, 77);
}

static void test_filter_comparisons_and_flags_known(void **state)
{
    enum filter_comparison comparison;
    uint32_t flag;

    (void)state;
    assert_true(filter_comparison_parse("SCMP_CMP_NE", &comparison));
    assert_int_equal(comparison, FILTER_NOT_EQUAL);
    assert_true(filter_comparison_parse("SCMP_CMP_MASKED_EQ", &comparison));
    assert_int_equal(comparison, FILTER_MASKED_EQUAL);
    assert_false(filter_comparison_parse("SCMP_CMP_IN", &comparison));
    assert_true(filter_flag_parse("SECCOMP_FILTER_FLAG_SPEC_ALLOW", &flag));
    assert_int_equal(flag, SECCOMP_FILTER_FLAG_SPEC_ALLOW);
    /* A listener is asked for with listenerPath, never by flag. */
    assert_false(filter_flag_parse("SECCOMP_FILTER_FLAG_NEW_LISTENER", &flag));
}

static void test_names_numbers_of_each_abi(void **state)
{
    static const struct {
        uint32_t architecture;
        const char *name;
        struct names_call call;
    } cases[] = {
        { AUDIT_ARCH_X86_64, "socket", { 41, -1, 0 } },
        { AUDIT_ARCH_AARCH64, "socket", { 198, -1, 0 } },
        { AUDIT_ARCH_X86_64 | FILTER_X32, "socket", { 0x40000029, -1, 0 } },
        { AUDIT_ARCH_I386, "socket", { 359, 102, 1 } },
        { AUDIT_ARCH_I386, "accept", { -1, 102, 5 } },
        { AUDIT_ARCH_I386, "shmat", { 397, 117, 21 } },
        { AUDIT_ARCH_I386, "read", { 3, -1, 0 } },
        { AUDIT_ARCH_X86_64, "mseal", { 462, -1, 0 } },
        { AUDIT_ARCH_AARCH64, "mseal", { 462, -1, 0 } },
        { AUDIT_ARCH_X86_64 | FILTER_X32, "mseal", { 0x400001ce, -1, 0 } },
        { AUDIT_ARCH_X86_64, "uretprobe", { 335, -1, 0 } },
    };
    struct names_call call;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(names_resolve(cases[i].architecture, cases[i].name, &call));
        assert_int_equal(call.number, cases[i].call.number);
        assert_int_equal(call.multiplexer, cases[i].call.multiplexer);
        assert_int_equal(call.selector, cases[i].call.selector);
    }
    assert_false(names_resolve(AUDIT_ARCH_AARCH64, "uretprobe", &call));
    assert_false(names_resolve(AUDIT_ARCH_AARCH64, "open", &call));
    assert_false(names_resolve(AUDIT_ARCH_X86_64, "no_such_call", &call));
    assert_false(names_resolve(AUDIT_ARCH_X86_64, "", &call));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_native_architecture_as_libseccomp_says),
        cmocka_unit_test(test_filter_architectures_of_the_specification_known),
        cmocka_unit_test(test_filter_actions_carry_their_data),
        cmocka_unit_test(test_filter_comparisons_and_flags_known),
        cmocka_unit_test(test_names_numbers_of_each_abi),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
