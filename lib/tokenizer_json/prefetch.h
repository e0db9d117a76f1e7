/* SPDX-License-Identifier: MIT */
/* What the tables with open addressing share: their memory, their size, and hints to the cache. */
#ifndef CALIB_TOKENIZER_JSON_PREFETCH_H
#define CALIB_TOKENIZER_JSON_PREFETCH_H

#include "system/pages.h"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
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

/** Slots that are zero at first. They will be read everywhere: in small pages, a look-up would
 *  mostly wait for the page's address too. */
template <typename Slot> class Table
{
public:
    /** Replaces the slots. Throws std::bad_alloc. */
    void reset(std::size_t n)
    {
        slots_.reset(static_cast<Slot *>(std::calloc(n, sizeof(Slot))));
        if (!slots_)
            throw std::bad_alloc();
        calib_memory_whole(slots_.get(), n * sizeof(Slot));
    }

    Slot &operator[](std::size_t i)
    {
        return slots_[i];
    }

    const Slot &operator[](std::size_t i) const
    {
        return slots_[i];
    }

private:
    struct Free {
        void operator()(Slot *slots) const
        {
            std::free(slots);
        }
    };

    std::unique_ptr<Slot[], Free> slots_;
};

/** Makes room for `n` items of a list, in large pages. */
template <typename Item> void reserve_whole(std::vector<Item> &list, std::size_t n)
{
    list.reserve(n);
    calib_memory_whole(list.data(), n * sizeof(Item));
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
