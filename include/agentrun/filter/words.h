/* SPDX-License-Identifier: Apache-2.0
 *
 * The 32-bit words of struct seccomp_data, and tests of them. BPF loads words; an argument is two.
 */
#ifndef AGENTRUN_FILTER_WORDS_H
#define AGENTRUN_FILTER_WORDS_H

#include <endian.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#include "agentrun/filter/decision.h"

#define WORDS_NUMBER       ((uint32_t)offsetof(struct seccomp_data, nr))
#define WORDS_ARCHITECTURE ((uint32_t)offsetof(struct seccomp_data, arch))

/* Offset of the low word of an argument, 0..5. */
static inline uint32_t words_low(unsigned argument)
{
    return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument +
                      (BYTE_ORDER == BIG_ENDIAN ? 4 : 0));
}

/* Offset of the high word. */
static inline uint32_t words_high(unsigned argument)
{
    return words_low(argument) + (BYTE_ORDER == BIG_ENDIAN ? -4U : 4U);
}

/* (word & mask) == (value & mask) */
static inline struct decision_test words_equal(uint32_t offset, uint32_t mask, uint32_t value)
{
    return (struct decision_test){
        .offset = offset,
        .jump = BPF_JEQ,
        .mask = mask,
        .value = value & mask,
    };
}

/* word > value (BPF_JGT), word >= value (BPF_JGE), word & value (BPF_JSET) */
static inline struct decision_test words_compare(uint32_t offset, uint16_t jump, uint32_t value)
{
    return (struct decision_test){
        .offset = offset,
        .jump = jump,
        .mask = UINT32_MAX,
        .value = value,
    };
}

#endif
