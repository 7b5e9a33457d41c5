/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading of JSON: values, places, limits, and what another parser might read differently.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/json.h"
#include "agentrun/base/json_text.h"
#include "agentrun/base/scope.h"
#include "quoted.h"

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void parse(const char *text, struct json_document *out_document)
{
    struct error err;

    if (json_parse(&arena, "f", text, strlen(text), out_document, &err) < 0)
        fail_msg("%s", err.text);
}

static void check_refused(const char *text, size_t n_bytes, int errnum, const char *message)
{
    struct json_document document = { .name = "untouched" };
    struct error err;

    assert_int_equal(json_parse(&arena, "f", text, n_bytes, &document, &err), -errnum);
    assert_string_equal(err.text, message);
    assert_int_equal(err.kind, ERROR_SPEC);
    assert_string_equal(document.name, "untouched");
}

static void check_place(const struct json_document *document, const char *path, const char *raw)
{
    const struct json *value = json_at(document, path);

    assert_int_equal(value->end - value->start, strlen(raw));
    assert_memory_equal(document->text + value->start, raw, strlen(raw));
}

static void test_json_values_keep_type_and_text(void **state)
{
    struct json_document document;

    (void)state;
    parse(quoted(&arena, " {'a': [true, false, null, -1.5e3, 'x\\u00e9\\n'], 'b': {}} "),
          &document);
    assert_int_equal(document.root->type, JSON_OBJECT);
    assert_int_equal(document.root->n_children, 2);
    assert_null(document.root->key);
    assert_string_equal(json_at(&document, "a")->key, "a");
    assert_int_equal(json_at(&document, "a")->n_children, 5);
    assert_true(json_at(&document, "a[0]")->boolean);
    assert_false(json_at(&document, "a[1]")->boolean);
    assert_int_equal(json_at(&document, "a[1]")->type, JSON_BOOLEAN);
    assert_int_equal(json_at(&document, "a[2]")->type, JSON_NULL);
    assert_int_equal(json_at(&document, "a[3]")->type, JSON_NUMBER);
    assert_string_equal(json_at(&document, "a[3]")->string, "-1.5e3");
    assert_string_equal(json_at(&document, "a[4]")->string, "x\xc3\xa9\n");
    assert_int_equal(json_at(&document, "b")->type, JSON_OBJECT);
    assert_null(json_at(&document, "b")->first);
}

static void test_json_values_know_their_place(void **state)
{
    struct json_document document;

    (void)state;
    parse(quoted(&arena, "{'n' : 12 ,\n 's':\t'a\\\\\\'b' , 'e': '', 't':true,'f':false,'z':null,"
                         "'l':[ 1,[2 ] ],'o':{'k':-3}}"),
          &document);
    check_place(&document, "n", "12");
    check_place(&document, "s", "\"a\\\\\\\"b\"");
    check_place(&document, "e", "\"\"");
    check_place(&document, "t", "true");
    check_place(&document, "f", "false");
    check_place(&document, "z", "null");
    check_place(&document, "l", "[ 1,[2 ] ]");
    check_place(&document, "l[0]", "1");
    check_place(&document, "l[1]", "[2 ]");
    check_place(&document, "l[1][0]", "2");
    check_place(&document, "o", "{\"k\":-3}");
    check_place(&document, "o.k", "-3");
    parse("-12", &document);
    check_place(&document, "", "-12");
    parse("\"x\"", &document);
    check_place(&document, "", "\"x\"");
}

static void test_json_error_names_line_column_and_path(void **state)
{
    struct json_document document;
    struct error err;

    (void)state;
    parse("{\n  \"a\": [1,\n 22]}", &document);
    assert_int_equal(
        json_error(&document, json_at(&document, "a[1]"), ERANGE, "a[1]", &err, "more than %d", 9),
        -ERANGE);
    assert_string_equal(err.text, "f:3:2: a[1]: more than 9");
    assert_int_equal(err.kind, ERROR_SPEC);
    json_error(&document, NULL, EINVAL, "", &err, "nothing");
    assert_string_equal(err.text, "f:1:1: nothing");
}

static void test_json_at_stops_at_the_deepest_value(void **state)
{
    struct json_document document;

    (void)state;
    parse(quoted(&arena, "{'a': [{'b': 1}], 'x.y': {'c]': 2}, 'x': 3}"), &document);
    assert_ptr_equal(json_at(&document, "a[0].q.r"), json_at(&document, "a[0]"));
    assert_ptr_equal(json_at(&document, "a[7].b"), json_at(&document, "a"));
    assert_ptr_equal(json_at(&document, "a.b"), json_at(&document, "a"));
    assert_ptr_equal(json_at(&document, "q"), document.root);
    assert_ptr_equal(json_at(&document, "a[0"), json_at(&document, "a[0]"));
    assert_ptr_equal(json_at(&document, "[\"x.y"), document.root);
    assert_string_equal(json_at(&document, "[\"x.y\"][\"c]\"]")->string, "2");
    assert_string_equal(json_at(&document, "[\"x\"]")->string, "3");
    assert_ptr_equal(json_member(document.root, "a"), json_at(&document, "a"));
    assert_null(json_member(document.root, "A"));
    assert_null(json_member(json_at(&document, "a"), "b"));
    assert_null(json_member(NULL, "a"));
}

static void test_json_syntax_is_refused(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        { "", "f:1:1: the file is empty" },
        { " \n ", "f:2:2: premature EOF" },
        { "{", "f:1:2: premature EOF" },
        { "[1,", "f:1:4: premature EOF" },
        { "\"abc", "f:1:5: premature EOF" },
        { "[1]]", "f:1:5: trailing garbage" },
        { "{} {}", "f:1:5: trailing garbage" },
        { "[1 2]", "f:1:5: after array element, I expect ',' or ']'" },
        { "[01]", "f:1:4: after array element, I expect ',' or ']'" },
        { "{1:2}", "f:1:3: invalid object key (must be a string)" },
        { "[\"a\tb\"]", "f:1:4: invalid character inside string." },
        { "[+1]", "f:1:3: invalid char in json text." },
        { "[/* c */1]", "f:1:2: probable comment found in input text, comments are not enabled." },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        check_refused(rows[i].text, strlen(rows[i].text), EINVAL, rows[i].message);
}

static void test_json_depth_is_bounded(void **state)
{
    char text[2 * JSON_MAX_DEPTH + 3];
    struct json_document document;

    (void)state;
    memset(text, '[', JSON_MAX_DEPTH);
    memset(text + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
    text[2 * JSON_MAX_DEPTH] = '\0';
    parse(text, &document);
    memset(text, '[', JSON_MAX_DEPTH + 1);
    check_refused(text, strlen(text), E2BIG, "f:1:65: more than 64 levels deep");
}

static void test_json_size_is_bounded(void **state)
{
    char *text = arena_alloc(&arena, JSON_MAX_BYTES + 2);
    struct json_document document;

    (void)state;
    memset(text, ' ', JSON_MAX_BYTES + 1);
    text[0] = '1';
    text[JSON_MAX_BYTES + 1] = '\0';
    check_refused(text, JSON_MAX_BYTES + 1, E2BIG, "f: larger than 4 MiB");
    text[JSON_MAX_BYTES] = '\0';
    parse(text, &document);
}

static void test_json_string_length_is_bounded(void **state)
{
    char *text = arena_alloc(&arena, JSON_MAX_STRING_BYTES + 4);
    struct json_document document;

    (void)state;
    memset(text, 'x', JSON_MAX_STRING_BYTES + 3);
    text[0] = text[JSON_MAX_STRING_BYTES + 1] = '"';
    text[JSON_MAX_STRING_BYTES + 2] = '\0';
    parse(text, &document);
    assert_int_equal(strlen(document.root->string), JSON_MAX_STRING_BYTES);
    text[JSON_MAX_STRING_BYTES + 1] = 'x';
    text[JSON_MAX_STRING_BYTES + 2] = '"';
    text[JSON_MAX_STRING_BYTES + 3] = '\0';
    check_refused(text, strlen(text), E2BIG, "f:1:1: a string of more than 1048576 bytes");
}

/* "[0,0,…]" with n zeros, after `before`. */
static char *write_zeros(char *text, size_t n, const char *before)
{
    text = stpcpy(stpcpy(text, before), "[0");
    while (--n > 0)
        text = stpcpy(text, ",0");
    return stpcpy(text, "]");
}

static void test_json_number_of_members_is_bounded(void **state)
{
    char *text = arena_alloc(&arena, 2 * JSON_MAX_MEMBERS + 8);
    struct json_document document;

    (void)state;
    write_zeros(text, JSON_MAX_MEMBERS, "");
    parse(text, &document);
    assert_int_equal(document.root->n_children, JSON_MAX_MEMBERS);
    write_zeros(text, JSON_MAX_MEMBERS + 1, "");
    check_refused(text, strlen(text), E2BIG,
                  "f:1:131074: more than 65536 members in one object or array");
}

static void test_json_number_of_values_is_bounded(void **state)
{
    char *text = arena_alloc(&arena, 2 * JSON_MAX_VALUES + 16), *end;
    struct json_document document;

    (void)state;
    /* The arrays count too. */
    end = write_zeros(text, JSON_MAX_MEMBERS - 1, "[");
    end = write_zeros(end, JSON_MAX_MEMBERS - 2, ",");
    stpcpy(end, "]");
    parse(text, &document);
    end = write_zeros(text, JSON_MAX_MEMBERS - 1, "[");
    end = write_zeros(end, JSON_MAX_MEMBERS - 1, ",");
    stpcpy(end, "]");
    check_refused(text, strlen(text), E2BIG, "f:1:262144: more than 131072 values");
}

static void test_json_doubled_key_is_refused(void **state)
{
    char text[1024] = "{", *end = text + 1;
    struct json_document document;

    (void)state;
    check_refused("{\"a\":1,\n\"b\":2,\"a\":3}", 20, EEXIST,
                  "f:2:11: the key \"a\" stands twice in one object");
    check_refused("{\"a\":1,\"\\u0061\":3}", 18, EEXIST,
                  "f:1:17: the key \"a\" stands twice in one object");
    parse("{\"a\":{\"a\":1},\"b\":{\"a\":2}}", &document);
    /* Many members are compared in another way. */
    for (int i = 0; i < 40; i++)
        end += sprintf(end, "\"k%02d\":%d,", i, i);
    strcpy(end, "\"k40\":1}");
    parse(text, &document);
    strcpy(end, "\"k07\":1}");
    check_refused(text, strlen(text), EEXIST,
                  "f:1:358: the key \"k07\" stands twice in one object");
}

static void test_json_text_that_is_none_is_refused(void **state)
{
    static const char *const strings[] = {
        "\"\\ud83d\"",        /* half a pair */
        "\"\\ude00\"",        /* the other half */
        "\"\\ude00\\ud83d\"", /* the wrong way round */
        "\"\\ud83dx\"",       "\"\\ud83d\\n\"",       "\"\\ud83d\\u0041\"",
        "\"\xed\xa0\xbd\"", /* a surrogate in UTF-8 */
        "\"\xc0\xaf\"",     /* overlong slash */
        "\"\xe0\x80\xaf\"",   "\"\xf0\x80\x80\xaf\"", "\"\xf4\x90\x80\x80\"", /* beyond U+10FFFF */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
        check_refused(strings[i], strlen(strings[i]), EINVAL,
                      "f:1:1: a string that is not Unicode");
    check_refused("{\"\\ud83d\":1}", 12, EINVAL, "f:1:2: a string that is not Unicode");
    check_refused("\"\\u0000\"", 8, EINVAL, "f:1:1: a NUL character in a string");
    check_refused("[\"a\0b\"]", 7, EINVAL, "f:1:4: invalid character inside string.");
    check_refused("\"\xff\"", 3, EINVAL, "f:1:3: invalid bytes in UTF8 string.");
}

static void test_json_text_of_every_length_is_taken(void **state)
{
    struct json_document document;

    (void)state;
    parse("\"\\ud83d\\ude00\"", &document);
    assert_string_equal(document.root->string, "\xf0\x9f\x98\x80");
    parse("\"\\\\ud83d\"", &document);
    assert_string_equal(document.root->string, "\\ud83d");
    parse("\"\\uFFFF\\ud7ff\\ue000\"", &document);
    assert_string_equal(document.root->string, "\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80");
    parse("\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
          &document);
}

static void test_json_text_utf8_length_ends_at_the_first_bad_byte(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {
        { "", 0 },
        { "abc", 3 },
        { "a\xc3", 1 },
        { "\xc3\xa9\xe2\x82", 2 },
        { "\xf0\x9f\x98", 0 },
        { "\xf0\x9f\x98X", 0 },
        { "\x80", 0 },
        { "\xf8\x88\x80\x80\x80", 0 },
        { "\xe2\x82\xac\xff", 3 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(json_text_utf8_length(rows[i].text, strlen(rows[i].text)), rows[i].length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_json_values_keep_type_and_text, release),
        cmocka_unit_test_teardown(test_json_values_know_their_place, release),
        cmocka_unit_test_teardown(test_json_error_names_line_column_and_path, release),
        cmocka_unit_test_teardown(test_json_at_stops_at_the_deepest_value, release),
        cmocka_unit_test_teardown(test_json_syntax_is_refused, release),
        cmocka_unit_test_teardown(test_json_depth_is_bounded, release),
        cmocka_unit_test_teardown(test_json_size_is_bounded, release),
        cmocka_unit_test_teardown(test_json_string_length_is_bounded, release),
        cmocka_unit_test_teardown(test_json_number_of_members_is_bounded, release),
        cmocka_unit_test_teardown(test_json_number_of_values_is_bounded, release),
        cmocka_unit_test_teardown(test_json_doubled_key_is_refused, release),
        cmocka_unit_test_teardown(test_json_text_that_is_none_is_refused, release),
        cmocka_unit_test_teardown(test_json_text_of_every_length_is_taken, release),
        cmocka_unit_test(test_json_text_utf8_length_ends_at_the_first_bad_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
