/* SPDX-License-Identifier: MIT */
/* What the tables share: hints to the cache, large pages, and the size of a table with open
 * addressing. */
#ifndef CALIB_TOKENIZER_JSON_PREFETCH_H
#define CALIB_TOKENIZER_JSON_PREFETCH_H

#include "system/pages.h"

#include <cstddef>
#include <vector>

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

/** Fills a table of `n` slots that will be read everywhere: in small pages, a look-up would mostly
 *  wait for the page's address too. */
template <typename Slot> void fill_table(std::vector<Slot> &table, std::size_t n, const Slot &free)
{
    table.clear();
    table.reserve(n);
    calib_memory_whole(table.data(), n * sizeof(Slot));
    table.assign(n, free);
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
