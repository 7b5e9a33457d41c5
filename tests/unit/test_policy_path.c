/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/policy/path.h"

static void test_pattern_matches_what_it_says(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool is_match;
    } cases[] = {
        { "/tmp/**", "/tmp/a", true },
        { "/tmp/**", "/tmp/a/b", true },
        { "/tmp/**", "/tmp", false },
        { "/tmp/**", "/tmp/", false },
        { "/tmp/**", "/tmpx/a", false },
        { "/a/*/c", "/a/b/c", true },
        { "/a/*/c", "/a/b/b/c", false },
        { "/a/*/c", "/a//c", true },
        { "/a/x*", "/a/xyz", true },
        { "/a/x*", "/a/x/y", false },
        { "/a/*.sock", "/a/b.sock", true },
        { "/a/*.sock", "/a/b.socket", false },
        { "/a/$ID/h", "/a/c1/h", true },
        { "/a/$ID/h", "/a/c2/h", false },
        { "/a/$ID/h", "/a/c11/h", false },
        { "**/c/*/hosts", "/var/lib/c/1/hosts", true },
        { "**/c/*/hosts", "/c/1/hosts", true },
        { "**/c/*/hosts", "/x/c/1/hosts/y", false },
        { "**/c/*/hosts", "/xc/1/hosts", false },
        { "**/dockerd", "/usr/sbin/dockerd", true },
        { "**/dockerd", "/usr/sbin/notdockerd", false },
        { "/a", "/a", true },
        { "/a", "/ab", false },
        { "/a", "", false },
        { "kernel.shm*", "kernel.shmmax", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (path_matches(cases[i].pattern, "c1", cases[i].path) != cases[i].is_match)
            fail_msg("%s and %s", cases[i].pattern, cases[i].path);
}

static void test_pattern_without_id_takes_the_text_literally(void **state)
{
    (void)state;
    assert_true(path_matches("/$ID", NULL, "/$ID"));
    assert_false(path_matches("/$ID", NULL, "/c1"));
}

static void test_pattern_within_takes_what_lies_below(void **state)
{
    (void)state;
    assert_true(path_matches_within("/tmp/ssh-*", "c1", "/tmp/ssh-x"));
    assert_true(path_matches_within("/tmp/ssh-*", "c1", "/tmp/ssh-x/agent.1"));
    assert_false(path_matches_within("/tmp/ssh-*", "c1", "/tmp/sshx"));
    assert_true(path_matches_within("/etc", "c1", "/etc"));
    assert_true(path_matches_within("/etc", "c1", "/etc/a/b"));
    assert_false(path_matches_within("/etc", "c1", "/etcetera"));
    assert_false(path_matches_within("/etc", "c1", "/"));
}

static void test_within_goes_by_components(void **state)
{
    (void)state;
    assert_true(path_is_within("/a/b", "/a"));
    assert_true(path_is_within("/a", "/a"));
    assert_false(path_is_within("/ab", "/a"));
    assert_false(path_is_within("/a", "/a/b"));
    assert_true(path_is_within("/a", "/"));
    assert_true(path_is_within("/", "/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pattern_matches_what_it_says),
        cmocka_unit_test(test_pattern_without_id_takes_the_text_literally),
        cmocka_unit_test(test_pattern_within_takes_what_lies_below),
        cmocka_unit_test(test_within_goes_by_components),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
