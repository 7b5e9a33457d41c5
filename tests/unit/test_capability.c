/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/capability.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "agentrun/base/io.h"
#include "child.h"

#define CAP(capability) ((uint64_t)1 << (capability))

static struct error err;

/* A mask out of /proc/self/status. */
static uint64_t kernel_mask(const char *key)
{
    char status[4096];
    const char *line;

    if (io_read_kernel_file_at(AT_FDCWD, "/proc/self/status", status, sizeof status, &err) < 0)
        return ~(uint64_t)0;
    line = strstr(status, key);
    return line ? strtoull(line + strlen(key), NULL, 16) : ~(uint64_t)0;
}

static void test_last_as_in_proc(void **state)
{
    char text[16];

    (void)state;
    assert_true(io_read_kernel_file_at(AT_FDCWD, "/proc/sys/kernel/cap_last_cap", text, sizeof text,
                                       &err) > 0);
    assert_int_equal(capability_last(), atoi(text));
}

static int drop_all_bounding(void)
{
    EXPECT(kernel_mask("CapBnd:") != 0);
    EXPECT(capability_drop_bounding(0, &err) == 0);
    EXPECT(kernel_mask("CapBnd:") == 0);
    return 0;
}

static int drop_bounding_but_two(void)
{
    uint64_t keep = CAP(CAP_CHOWN) | CAP(capability_last());

    EXPECT(capability_drop_bounding(keep | (uint64_t)1 << 63, &err) == 0);
    EXPECT(kernel_mask("CapBnd:") == keep);
    return 0;
}

static int drop_bounding_without_right(void)
{
    EXPECT(capability_apply(0, 0, 0, 0, &err) == 0);
    EXPECT(capability_drop_bounding(0, &err) == -EPERM);
    EXPECT(err.kind == ERROR_SYSTEM);
    return 0;
}

static int drop_bounding_that_is_empty_without_right(void)
{
    EXPECT(capability_drop_bounding(0, &err) == 0);
    EXPECT(capability_apply(0, 0, 0, 0, &err) == 0);
    EXPECT(capability_drop_bounding(0, &err) == 0);
    return 0;
}

static void test_drop_bounding_cases(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SETPCAP);
    assert_int_equal(child_run(drop_all_bounding), 0);
    assert_int_equal(child_run(drop_bounding_but_two), 0);
    assert_int_equal(child_run(drop_bounding_without_right), 0);
    assert_int_equal(child_run(drop_bounding_that_is_empty_without_right), 0);
}

static int apply_nothing(void)
{
    EXPECT(capability_apply(CAP(CAP_CHOWN), CAP(CAP_CHOWN), CAP(CAP_CHOWN), CAP(CAP_CHOWN), &err) ==
           0);
    EXPECT(kernel_mask("CapAmb:") == CAP(CAP_CHOWN));
    EXPECT(capability_apply(0, 0, 0, 0, &err) == 0);
    EXPECT(kernel_mask("CapEff:") == 0 && kernel_mask("CapPrm:") == 0);
    EXPECT(kernel_mask("CapInh:") == 0 && kernel_mask("CapAmb:") == 0);
    return 0;
}

static int apply_each_set_its_own(void)
{
    uint64_t high = CAP(CAP_BPF); /* in the second word */

    EXPECT(capability_apply(CAP(CAP_KILL), CAP(CAP_KILL) | CAP(CAP_CHOWN) | high,
                            CAP(CAP_CHOWN) | high, high, &err) == 0);
    EXPECT(kernel_mask("CapEff:") == CAP(CAP_KILL));
    EXPECT(kernel_mask("CapPrm:") == (CAP(CAP_KILL) | CAP(CAP_CHOWN) | high));
    EXPECT(kernel_mask("CapInh:") == (CAP(CAP_CHOWN) | high));
    EXPECT(kernel_mask("CapAmb:") == high);
    return 0;
}

static int apply_clears_old_ambient(void)
{
    uint64_t both = CAP(CAP_CHOWN) | CAP(CAP_KILL);

    EXPECT(capability_apply(both, both, both, both, &err) == 0);
    EXPECT(capability_apply(both, both, both, CAP(CAP_KILL), &err) == 0);
    EXPECT(kernel_mask("CapAmb:") == CAP(CAP_KILL));
    return 0;
}

static int apply_growth(void)
{
    EXPECT(capability_apply(0, 0, 0, 0, &err) == 0);
    EXPECT(capability_apply(CAP(CAP_KILL), CAP(CAP_KILL), 0, 0, &err) == -EPERM);
    EXPECT(kernel_mask("CapPrm:") == 0);
    return 0;
}

static void test_apply_cases(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_BPF);
    assert_int_equal(child_run(apply_nothing), 0);
    assert_int_equal(child_run(apply_each_set_its_own), 0);
    assert_int_equal(child_run(apply_clears_old_ambient), 0);
    assert_int_equal(child_run(apply_growth), 0);
}

static int keep_through_setuid(void)
{
    EXPECT(capability_keep_permitted(&err) == 0);
    EXPECT(setuid(65534) == 0);
    EXPECT(capability_apply(CAP(CAP_KILL), CAP(CAP_KILL), 0, 0, &err) == 0);
    EXPECT(kernel_mask("CapEff:") == CAP(CAP_KILL));
    return 0;
}

static void test_keep_permitted_through_setuid(void **state)
{
    (void)state;
    NEED_CAPABILITY(CAP_SETUID);
    assert_int_equal(child_run(keep_through_setuid), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_as_in_proc),
        cmocka_unit_test(test_drop_bounding_cases),
        cmocka_unit_test(test_apply_cases),
        cmocka_unit_test(test_keep_permitted_through_setuid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
