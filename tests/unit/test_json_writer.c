/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agentrun/base/json.h"
#include "agentrun/base/json_writer.h"

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void write_sample(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_member_string(writer, "text", "a\"b\\c\n\x01é");
    json_write_member_signed(writer, "least", INT64_MIN);
    json_write_member_unsigned(writer, "most", UINT64_MAX);
    json_write_member_boolean(writer, "yes", true);
    json_write_key(writer, "list");
    json_write_array(writer);
    json_write_null(writer);
    json_write_signed(writer, -1);
    json_write_unsigned(writer, 1);
    json_write_boolean(writer, false);
    json_write_string(writer, "");
    json_write_array_end(writer);
    json_write_object_end(writer);
}

static void test_json_writer_writes_one_line(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    const char *text;
    size_t n_bytes;

    (void)state;
    write_sample(writer);
    text = json_writer_finish(writer, &n_bytes);
    assert_string_equal(text, "{\"text\":\"a\\\"b\\\\c\\n\\u0001é\",\"least\":-9223372036854775808,"
                              "\"most\":18446744073709551615,\"yes\":true,"
                              "\"list\":[null,-1,1,false,\"\"]}");
    assert_int_equal(n_bytes, strlen(text));
}

static void test_json_writer_indents_for_people(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, true);

    (void)state;
    json_write_object(writer);
    json_write_member_signed(writer, "a", 1);
    json_write_object_end(writer);
    assert_string_equal(json_writer_finish(writer, NULL), "{\n  \"a\": 1\n}\n");
}

static void test_json_writer_output_is_read_back(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, true);
    struct json_document document;
    struct error err;
    const char *text;
    size_t n_bytes;

    (void)state;
    write_sample(writer);
    text = json_writer_finish(writer, &n_bytes);
    assert_int_equal(json_parse(&arena, "w", text, n_bytes, &document, &err), 0);
    assert_string_equal(json_at(&document, "text")->string, "a\"b\\c\n\x01é");
    assert_string_equal(json_at(&document, "most")->string, "18446744073709551615");
}

static void test_json_writer_text_grows(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    struct json_document document;
    struct error err;
    const char *text;
    size_t n_bytes;

    (void)state;
    json_write_array(writer);
    for (unsigned i = 0; i < 20000; i++)
        json_write_unsigned(writer, i);
    json_write_array_end(writer);
    text = json_writer_finish(writer, &n_bytes);
    assert_int_equal(json_parse(&arena, "w", text, n_bytes, &document, &err), 0);
    assert_int_equal(document.root->n_children, 20000);
    assert_string_equal(json_at(&document, "[19999]")->string, "19999");
}

static void test_json_writer_output_is_always_text(void **state)
{
    struct json_writer *writer = json_writer_new(&arena, false);
    const char *text;

    (void)state;
    json_write_object(writer);
    json_write_member_string(writer, "\xe9", "/a\xff\xc3/é\xed\xa0\x80");
    json_write_object_end(writer);
    text = json_writer_finish(writer, NULL);
    assert_string_equal(text, "{\"\uFFFD\":\"/a\uFFFD\uFFFD/é\uFFFD\uFFFD\uFFFD\"}");
}

/* A file that is half JSON would be worse than none. */
static void test_json_writer_wrong_use_aborts(void **state)
{
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0) {
        struct json_writer *writer = json_writer_new(&arena, false);

        signal(SIGABRT, SIG_DFL);
        json_write_object(writer);
        json_write_signed(writer, 1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_json_writer_writes_one_line, release),
        cmocka_unit_test_teardown(test_json_writer_indents_for_people, release),
        cmocka_unit_test_teardown(test_json_writer_output_is_read_back, release),
        cmocka_unit_test_teardown(test_json_writer_text_grows, release),
        cmocka_unit_test_teardown(test_json_writer_output_is_always_text, release),
        cmocka_unit_test_teardown(test_json_writer_wrong_use_aborts, release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
