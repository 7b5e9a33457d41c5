/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 (FIPS 180-4).
 */
#ifndef AGENTRUN_BASE_SHA256_H
#define AGENTRUN_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES     32
#define SHA256_HEX_BYTES (2 * SHA256_BYTES + 1) /* with the NUL */

struct sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    uint8_t block[64]; /* what is not yet a whole block */
};

/* Begin a digest. */
void sha256_begin(struct sha256 *sha256);

/* Append n_bytes at `data`. */
void sha256_add(struct sha256 *sha256, const void *data, size_t n_bytes);

/* The digest of everything that was added. The state is used up. */
void sha256_finish(struct sha256 *sha256, uint8_t out_digest[SHA256_BYTES]);

/* A digest as lower-case hexadecimal text, NUL-terminated. */
void sha256_to_hex(const uint8_t digest[SHA256_BYTES], char out_text[SHA256_HEX_BYTES]);

#endif
