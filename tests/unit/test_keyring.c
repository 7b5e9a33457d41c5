/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/linux/keyring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>

#include "child.h"

static struct error err;

static long session_keyring(void)
{
    return sys_keyctl(KEYCTL_GET_KEYRING_ID, (unsigned long)KEY_SPEC_SESSION_KEYRING, 1);
}

static int join_twice(void)
{
    long before, after;

    EXPECT(keyring_join_new(&err) == 0);
    before = session_keyring();
    EXPECT(before > 0);
    EXPECT(keyring_join_new(&err) == 0);
    after = session_keyring();
    EXPECT(after > 0 && after != before);
    return 0;
}

static void test_join_new_another_keyring(void **state)
{
    (void)state;
    if (session_keyring() < 0 && errno == ENOSYS) {
        print_message("skipped: the kernel has no keyrings\n");
        skip();
    }
    assert_int_equal(child_run(join_twice), 0);
}

static int join_without_keyrings(void)
{
    EXPECT(child_refuse_call(SYS_keyctl, ENOSYS) == 0);
    EXPECT(keyring_join_new(&err) == 0);
    return 0;
}

static int join_when_forbidden(void)
{
    EXPECT(child_refuse_call(SYS_keyctl, EPERM) == 0);
    EXPECT(keyring_join_new(&err) == -EPERM);
    return 0;
}

static void test_join_new_refused_calls(void **state)
{
    (void)state;
    assert_int_equal(child_run(join_without_keyrings), 0);
    assert_int_equal(child_run(join_when_forbidden), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join_new_another_keyring),
        cmocka_unit_test(test_join_new_refused_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
