/* SPDX-License-Identifier: MIT */
/* Short texts as numbers, for hash tables. Plain C that is also C++: the core and the adapter
 * libraries share it. */
#ifndef CALIB_SHARED_MASKED_H
#define CALIB_SHARED_MASKED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Returns word 0 or 1 of a text of 16 bytes at most, zero-filled behind its end. 16 bytes must be
 *  readable. */
static inline uint64_t calib_masked_word(const char *text, size_t len, size_t i)
{
    /* The bytes from [16 - len] on mask the text in memory order, on either endianness. */
    static const unsigned char mask[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                           0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    uint64_t word, bits;
    memcpy(&word, text + 8 * i, sizeof word);
    memcpy(&bits, mask + 16 - len + 8 * i, sizeof bits);
    return word & bits;
}

#endif
