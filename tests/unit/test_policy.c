/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/policy/builtin.h"
#include "agentrun/policy/path.h"

/* A directory of our own, in *state. */
static int make_directory(void **state)
{
    static char path[] = "/tmp/agentrun-policy-XXXXXX";

    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    *state = mkdtemp(path);
    return *state ? 0 : -1;
}

static int remove_directory(void **state)
{
    return rmdir(*state);
}

static void path_in(const char *directory, char *out_path, size_t n_bytes)
{
    assert_in_range(snprintf(out_path, n_bytes, "%s/policy.json", directory), 1, n_bytes - 1);
}

static void test_load_without_file_gives_builtin(void **state)
{
    const struct policy *policy = NULL;
    struct error err;
    char path[64];

    path_in(*state, path, sizeof path);
    assert_int_equal(policy_load(path, &policy, &err), 0);
    assert_ptr_equal(policy, policy_builtin());
}

static void expect_error(const char *path)
{
    const struct policy *policy = NULL;
    struct error err;

    assert_true(policy_load(path, &policy, &err) < 0);
    assert_null(policy);
    assert_int_equal(err.kind, ERROR_POLICY);
    assert_non_null(strstr(err.text, path));
}

static void test_load_file_is_an_error(void **state)
{
    char path[64];
    FILE *file;

    path_in(*state, path, sizeof path);
    file = fopen(path, "we");
    assert_non_null(file);
    fputs("{}", file);
    fclose(file);
    expect_error(path);
    assert_int_equal(unlink(path), 0);
}

/* Rules that cannot be read must not be taken for none. */
static void test_load_link_to_nothing_is_an_error(void **state)
{
    char path[64];

    path_in(*state, path, sizeof path);
    assert_int_equal(symlink("/nothing/here", path), 0);
    expect_error(path);
    assert_int_equal(unlink(path), 0);
}

static void test_builtin_allowed_prefixes_are_not_denied(void **state)
{
    const struct policy *policy = policy_builtin();

    (void)state;
    for (size_t i = 0; i < policy->mounts.n_denied; i++)
        for (size_t j = 0; j < policy->mounts.n_allowed; j++)
            assert_false(
                path_matches(policy->mounts.denied[i], NULL, policy->mounts.allowed[j].pattern));
}

static void test_builtin_limits_are_in_order(void **state)
{
    const struct policy *policy = policy_builtin();

    (void)state;
    for (size_t i = 0; i < policy->process.n_rlimits; i++) {
        const struct policy_rlimit *limit = &policy->process.rlimits[i];

        assert_true(limit->default_soft <= limit->maximum_soft);
        assert_true(limit->maximum_soft <= limit->maximum_hard);
    }
    assert_true(policy->resources.cpu_period_us >= policy->resources.cpu_period_minimum_us);
    assert_true(policy->resources.cpu_period_us <= policy->resources.cpu_period_maximum_us);
    assert_int_not_equal(policy->user.nobody_uid, 0);
    assert_int_not_equal(policy->user.nobody_gid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_load_without_file_gives_builtin, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(test_load_file_is_an_error, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(test_load_link_to_nothing_is_an_error, make_directory,
                                        remove_directory),
        cmocka_unit_test(test_builtin_allowed_prefixes_are_not_denied),
        cmocka_unit_test(test_builtin_limits_are_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
