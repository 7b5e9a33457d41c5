/* SPDX-License-Identifier: Apache-2.0 */
#include "agentrun/base/sha256.h"

#include <endian.h>
#include <string.h>

#define BLOCK_BYTES  sizeof((struct sha256 *)0)->block
#define N_ROUNDS     64
#define LENGTH_BYTES 8

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constants[N_ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, unsigned n_bits)
{
    return value >> n_bits | value << (32 - n_bits);
}

static void expand(const uint8_t block[], uint32_t words[N_ROUNDS])
{
    for (unsigned i = 0; i < 16; i++) {
        uint32_t word;

        memcpy(&word, block + 4 * (size_t)i, sizeof word);
        words[i] = be32toh(word);
    }
    for (unsigned i = 16; i < N_ROUNDS; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];

        words[i] = words[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + words[i - 7] +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

static void compress(uint32_t state[8], const uint8_t block[])
{
    uint32_t words[N_ROUNDS];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    expand(block, words);
    for (unsigned i = 0; i < N_ROUNDS; i++) {
        uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) +
                         constants[i] + words[i];
        uint32_t second =
            (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));

        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void sha256_begin(struct sha256 *sha256)
{
    /* The same of the square roots of the first 8 primes. */
    *sha256 = (struct sha256){
        .state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                   0x1f83d9ab, 0x5be0cd19 },
    };
}

void sha256_add(struct sha256 *sha256, const void *data, size_t n_bytes)
{
    const uint8_t *next = data;
    size_t n_kept = sha256->n_bytes % BLOCK_BYTES;

    sha256->n_bytes += n_bytes;
    while (n_bytes > 0) {
        size_t n = BLOCK_BYTES - n_kept < n_bytes ? BLOCK_BYTES - n_kept : n_bytes;

        memcpy(sha256->block + n_kept, next, n);
        if (n_kept + n == BLOCK_BYTES)
            compress(sha256->state, sha256->block);
        n_kept = 0;
        next += n;
        n_bytes -= n;
    }
}

void sha256_finish(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES])
{
    static const uint8_t padding[BLOCK_BYTES] = { 0x80 };
    uint64_t n_bits = htobe64(sha256->n_bytes * 8);
    size_t n_kept = sha256->n_bytes % BLOCK_BYTES;
    size_t n_padding = BLOCK_BYTES - LENGTH_BYTES - n_kept;

    if (n_kept >= BLOCK_BYTES - LENGTH_BYTES)
        n_padding += BLOCK_BYTES;
    sha256_add(sha256, padding, n_padding);
    sha256_add(sha256, &n_bits, sizeof n_bits);
    for (unsigned i = 0; i < 8; i++) {
        uint32_t word = htobe32(sha256->state[i]);

        memcpy(out_digest + 4 * (size_t)i, &word, sizeof word);
    }
}

void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out_text[2 * i] = digits[digest[i] >> 4];
        out_text[2 * i + 1] = digits[digest[i] & 15];
    }
    out_text[SHA256_HEX_BYTES - 1] = '\0';
}
