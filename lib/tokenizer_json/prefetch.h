/* SPDX-License-Identifier: MIT */
/* What the tables share: hints to the cache, and the size of a table with open addressing. */
#ifndef CALIB_TOKENIZER_JSON_PREFETCH_H
#define CALIB_TOKENIZER_JSON_PREFETCH_H

#include <cstddef>

namespace calib_tj
{

/** Asks for the line of the cache that holds `address`, which is about to be read. */
inline void prefetch_line(const void *address)
{
#ifdef __GNUC__
    __builtin_prefetch(address);
#else
    (void)address;
#endif
}

/** Returns the logarithm of the number of slots for `n` keys: at most 5 of 8 get used. */
inline unsigned slots_log2(std::size_t n)
{
    unsigned log2 = 6;
    while ((std::size_t{1} << log2) / 8 * 5 < n)
        log2++;
    return log2;
}

} // namespace calib_tj

#endif
