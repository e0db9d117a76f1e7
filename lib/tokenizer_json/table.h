/* SPDX-License-Identifier: MIT */
/* What the tables with open addressing share: their memory, and hints to the cache. */
#ifndef CALIB_TOKENIZER_JSON_TABLE_H
#define CALIB_TOKENIZER_JSON_TABLE_H

#include "system/pages.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

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
        std::size_t size = n * sizeof(Slot);
        std::align_val_t alignment{std::max(calib_memory_alignment(size), alignof(Slot))};
        slots_ = {static_cast<Slot *>(::operator new(size, alignment)), Free{alignment}};
        calib_memory_whole(slots_.get(), size);
        std::memset(static_cast<void *>(slots_.get()), 0, size);
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
        std::align_val_t alignment;

        void operator()(Slot *slots) const
        {
            ::operator delete(slots, alignment);
        }
    };

    std::unique_ptr<Slot[], Free> slots_{nullptr, Free{}};
};

} // namespace calib_tj

#endif
