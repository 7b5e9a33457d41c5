/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agentrun/base/scope.h"
#include "agentrun/base/sha256.h"

static void digest_of(const void *data, size_t n_bytes, size_t n_pieces, char out_text[])
{
    struct sha256 sha256;
    uint8_t digest[SHA256_BYTES];
    size_t n_done = 0;

    sha256_begin(&sha256);
    while (n_done < n_bytes) {
        size_t n = n_bytes - n_done < n_pieces ? n_bytes - n_done : n_pieces;

        sha256_add(&sha256, (const char *)data + n_done, n);
        n_done += n;
    }
    sha256_finish(&sha256, digest);
    sha256_to_hex(digest, out_text);
}

/* FIPS 180-4 and the examples of NIST that belong to it. */
static void test_sha256_known_texts_as_published(void **state)
{
    static const struct {
        const char *text, *digest;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
          "lmnopqrsmnopqrstnopqrstu",
          "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
    };
    char text[SHA256_HEX_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        digest_of(cases[i].text, strlen(cases[i].text), 1000, text);
        assert_string_equal(text, cases[i].digest);
    }
}

static void test_sha256_million_bytes_as_published(void **state)
{
    static char million[1000000];
    char text[SHA256_HEX_BYTES];

    (void)state;
    memset(million, 'a', sizeof million);
    digest_of(million, sizeof million, sizeof million, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Around the ends of blocks, and however the bytes arrive. */
static void test_sha256_pieces_make_no_difference(void **state)
{
    char data[200], whole[SHA256_HEX_BYTES], pieces[SHA256_HEX_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7);
    for (size_t n_bytes = 0; n_bytes <= sizeof data; n_bytes++)
        for (size_t n = 1; n < 130; n += 9) {
            digest_of(data, n_bytes, sizeof data, whole);
            digest_of(data, n_bytes, n, pieces);
            assert_string_equal(whole, pieces);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_known_texts_as_published),
        cmocka_unit_test(test_sha256_million_bytes_as_published),
        cmocka_unit_test(test_sha256_pieces_make_no_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
