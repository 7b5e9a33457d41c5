/* SPDX-License-Identifier: Apache-2.0
 *
 * The device program is run by a small interpreter and compared with a plain reading of the rules.
 * That the kernel takes the program and obeys it is seen in test_cgroup.c.
 */
#include "agentrun/linux/device_bpf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/scope.h"

#define ANY -1
#define R   BPF_DEVCG_ACC_READ
#define W   BPF_DEVCG_ACC_WRITE
#define M   BPF_DEVCG_ACC_MKNOD

static struct bpf_insn program[DEVICE_BPF_MAX_INSTRUCTIONS];
static size_t n_program;
static struct error err;

static void assemble(const struct cgroup_device_rule *rules, size_t n_rules)
{
    assert_int_equal(device_bpf_assemble(rules, n_rules, program, &n_program, &err), 0);
}

/* The few instructions that the programs consist of; everything else fails the test. */
static int64_t run(uint32_t type, uint32_t access, uint32_t major, uint32_t minor)
{
    struct bpf_cgroup_dev_ctx context = { access << 16 | type, major, minor };
    /* The kernel refuses to read what was not written; here it is found out by its value. */
    uint64_t registers[11] = { 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77 };

    for (size_t at = 0; at < n_program; at++) {
        const struct bpf_insn *i = &program[at];
        uint64_t *to = &registers[i->dst_reg];

        switch (i->code) {
        case BPF_LDX | BPF_MEM | BPF_W:
            assert_int_equal(i->src_reg, BPF_REG_1);
            *to = *(uint32_t *)((char *)&context + i->off);
            break;
        case BPF_ALU | BPF_X | BPF_MOV:
            *to = (uint32_t)registers[i->src_reg];
            break;
        case BPF_ALU | BPF_K | BPF_MOV:
            *to = (uint32_t)i->imm;
            break;
        case BPF_ALU | BPF_K | BPF_AND:
            *to = (uint32_t)*to & (uint32_t)i->imm;
            break;
        case BPF_ALU | BPF_K | BPF_RSH:
            *to = (uint32_t)*to >> i->imm;
            break;
        case BPF_JMP | BPF_K | BPF_JNE:
            at += *to != (uint64_t)(int64_t)i->imm ? (size_t)i->off : 0;
            break;
        case BPF_JMP | BPF_K | BPF_JSET:
            at += *to & (uint64_t)(int64_t)i->imm ? (size_t)i->off : 0;
            break;
        case BPF_JMP | BPF_JA:
            at += (size_t)i->off;
            break;
        case BPF_JMP | BPF_EXIT:
            return (int64_t)registers[0];
        default:
            fail_msg("instruction %#x", i->code);
        }
    }
    fail_msg("the program runs off its end");
    return -1;
}

/* What the rules say, bit by bit: the last one that matches decides, otherwise it is denied. */
static bool expected(const struct cgroup_device_rule *rules, size_t n_rules, uint32_t type,
                     uint32_t access, uint32_t major, uint32_t minor)
{
    for (uint32_t bit = 1; bit <= 4; bit <<= 1) {
        bool allowed = false;

        for (size_t i = 0; i < n_rules; i++) {
            const struct cgroup_device_rule *rule = &rules[i];
            uint32_t accesses =
                (rule->read ? R : 0u) | (rule->write ? W : 0u) | (rule->mknod ? M : 0u);

            if ((rule->type == 'a' || (rule->type == 'b') == (type == BPF_DEVCG_DEV_BLOCK)) &&
                (rule->major < 0 || rule->major == major) &&
                (rule->minor < 0 || rule->minor == minor) && (accesses & bit))
                allowed = rule->allow;
        }
        if ((access & bit) && !allowed)
            return false;
    }
    return true;
}

static void test_assemble_no_rules_denies_all(void **state)
{
    (void)state;
    assemble(NULL, 0);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R, 1, 3), 0);
    assert_int_equal(run(BPF_DEVCG_DEV_BLOCK, M, 8, 0), 0);
}

static void test_assemble_usual_rules_allow_only_these(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { false, 'a', ANY, ANY, true, true, true },
        { true, 'c', 1, 3, true, true, true },
        { true, 'c', 136, ANY, true, true, false },
    };

    (void)state;
    assemble(rules, ARRAY_SIZE(rules));
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | W | M, 1, 3), 1);
    assert_int_equal(run(BPF_DEVCG_DEV_BLOCK, R, 1, 3), 0);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R, 1, 4), 0);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | W, 136, 7), 1);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | M, 136, 7), 0);
}

static void test_assemble_accesses_may_come_from_several_rules(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { true, 'c', 1, 3, true, false, false },
        { true, 'c', 1, 3, false, true, false },
    };

    (void)state;
    assemble(rules, ARRAY_SIZE(rules));
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | W, 1, 3), 1);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | M, 1, 3), 0);
}

static void test_assemble_unknown_access_is_denied(void **state)
{
    static const struct cgroup_device_rule all = { true, 'a', ANY, ANY, true, true, true };

    (void)state;
    assemble(&all, 1);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | W | M, 5, 5), 1);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R | 8, 5, 5), 0);
}

/* All requests over a small world against lists drawn from a fixed seed. */
static void test_assemble_agrees_with_plain_reading(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct cgroup_device_rule rules[8];
        size_t n_rules = (size_t)rand_r(&seed) % (ARRAY_SIZE(rules) + 1);

        for (size_t i = 0; i < n_rules; i++) {
            int bits = rand_r(&seed);

            rules[i] = (struct cgroup_device_rule){ bits & 1,
                                                    "abc"[rand_r(&seed) % 3],
                                                    rand_r(&seed) % 3 - 1,
                                                    rand_r(&seed) % 3 - 1,
                                                    bits & 2,
                                                    bits & 4,
                                                    bits & 8 };
        }
        assemble(rules, n_rules);
        for (uint32_t request = 0; request < 2 * 8 * 2 * 2; request++) {
            uint32_t type = (request & 1) + 1, access = request >> 1 & 7;
            uint32_t major = request >> 4 & 1, minor = request >> 5 & 1;

            if (access)
                assert_int_equal(run(type, access, major, minor),
                                 expected(rules, n_rules, type, access, major, minor));
        }
    }
}

static void test_assemble_longest_list_fits(void **state)
{
    static struct cgroup_device_rule rules[DEVICE_BPF_MAX_RULES + 1];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        rules[i] = (struct cgroup_device_rule){ i % 2, 'c', 1, 3, true, false, false };
    assemble(rules, DEVICE_BPF_MAX_RULES);
    assert_true(n_program < DEVICE_BPF_MAX_INSTRUCTIONS);
    assert_int_equal(run(BPF_DEVCG_DEV_CHAR, R, 1, 3), 1);
    assert_int_equal(device_bpf_assemble(rules, ARRAY_SIZE(rules), program, &n_program, &err),
                     -E2BIG);
}

static void test_assemble_bad_rule_is_refused(void **state)
{
    static const struct cgroup_device_rule rules[] = {
        { true, 'p', 1, 3, true, false, false },
        { true, 'c', INT64_C(1) << 32, 3, true, false, false },
        { true, 'c', 1, INT64_C(1) << 31, true, false, false },
    };
    static const int results[] = { -EINVAL, -ERANGE, -ERANGE };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        assert_int_equal(device_bpf_assemble(&rules[i], 1, program, &n_program, &err), results[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assemble_no_rules_denies_all),
        cmocka_unit_test(test_assemble_usual_rules_allow_only_these),
        cmocka_unit_test(test_assemble_accesses_may_come_from_several_rules),
        cmocka_unit_test(test_assemble_unknown_access_is_denied),
        cmocka_unit_test(test_assemble_agrees_with_plain_reading),
        cmocka_unit_test(test_assemble_longest_list_fits),
        cmocka_unit_test(test_assemble_bad_rule_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
