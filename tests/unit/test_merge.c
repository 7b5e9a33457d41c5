/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/pipeline/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agentrun/spec/decode.h"
#include "agentrun/spec/encode.h"

static struct arena arena;
static struct error err;

static struct spec_resources decode(const char *text)
{
    struct spec *spec = ARENA_NEW(&arena, struct spec);

    assert_int_equal(spec_decode_resources(&arena, "resources", text, strlen(text), spec, &err), 0);
    return spec->linux.resources;
}

static void expect_merged(const char *before, const char *update, const char *after)
{
    struct spec_resources resources = decode(before), change = decode(update);
    struct json_writer *writer = json_writer_new(&arena, false);

    merge_resources(&resources, &change);
    spec_encode_resources(writer, &resources);
    assert_string_equal(json_writer_finish(writer, NULL), after);
}

static void test_merge_set_values_replace(void **state)
{
    (void)state;
    expect_merged("{\"memory\":{\"limit\":1,\"swap\":2},\"pids\":{\"limit\":3}}",
                  "{\"memory\":{\"limit\":4},\"cpu\":{\"shares\":5,\"cpus\":\"0-1\"}}",
                  "{\"memory\":{\"limit\":4,\"swap\":2},\"cpu\":{\"shares\":5,\"cpus\":\"0-1\"},"
                  "\"pids\":{\"limit\":3}}");
}

static void test_merge_zeros_change_nothing(void **state)
{
    static const char text[] = "{\"memory\":{\"limit\":1},\"cpu\":{\"shares\":2,\"quota\":3,"
                               "\"period\":4,\"cpus\":\"0\"},\"pids\":{\"limit\":5},"
                               "\"blockIO\":{\"weight\":10}}";

    (void)state;
    expect_merged(text,
                  "{\"memory\":{\"limit\":0},\"cpu\":{\"shares\":0,\"quota\":0,\"period\":0,"
                  "\"cpus\":\"\"},\"pids\":{\"limit\":0},\"blockIO\":{\"weight\":0}}",
                  text);
    expect_merged(text, "{}", text);
}

static void test_merge_lists_replace_as_a_whole(void **state)
{
    (void)state;
    expect_merged("{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}],"
                  "\"unified\":{\"memory.high\":\"1\"}}",
                  "{\"unified\":{\"memory.high\":\"2\"}}",
                  "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}],"
                  "\"unified\":{\"memory.high\":\"2\"}}");
}

static void test_merge_device_rules_stay(void **state)
{
    (void)state;
    expect_merged("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}",
                  "{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}",
                  "{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge_set_values_replace),
        cmocka_unit_test(test_merge_zeros_change_nothing),
        cmocka_unit_test(test_merge_lists_replace_as_a_whole),
        cmocka_unit_test(test_merge_device_rules_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
