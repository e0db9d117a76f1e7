/* SPDX-License-Identifier: MIT */
/* The state of a short text while its symbols are merged: where symbols begin, and a priority queue
 * of the merges that are possible. */
#ifndef CALIB_ADAPTER_MERGE_QUEUE_H
#define CALIB_ADAPTER_MERGE_QUEUE_H

#include "adapter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace CALIB_ADAPTER
{

/** The symbol that a merge of two neighbours makes. */
struct Merge {
    std::uint32_t order; /* the larger one is made first; 0: the two cannot be merged */
    std::int32_t id;
};

/** A set of byte offsets below 64. */
class OffsetSet
{
public:
    OffsetSet() = default;

    bool empty() const
    {
        return bits_ == 0;
    }

    void add(std::size_t offset)
    {
        bits_ |= bit(offset);
    }

    void remove(std::size_t offset)
    {
        bits_ &= ~bit(offset);
    }

    /** The members above `offset`, which is below 63. */
    OffsetSet above(std::size_t offset) const
    {
        return OffsetSet(bits_ & ~std::uint64_t{0} << (offset + 1));
    }

    OffsetSet below(std::size_t offset) const
    {
        return OffsetSet(bits_ & (bit(offset) - 1));
    }

    /** The smallest member of a set that is not empty. */
    std::size_t first() const
    {
#ifdef __GNUC__
        return static_cast<std::size_t>(__builtin_ctzll(bits_));
#else
        std::size_t offset = 0;
        while (!(bits_ & bit(offset)))
            offset++;
        return offset;
#endif
    }

    /** The largest member of a set that is not empty. */
    std::size_t last() const
    {
#ifdef __GNUC__
        return static_cast<std::size_t>(63 - __builtin_clzll(bits_));
#else
        std::size_t offset = 63;
        while (!(bits_ & bit(offset)))
            offset--;
        return offset;
#endif
    }

private:
    explicit OffsetSet(std::uint64_t bits) : bits_(bits)
    {
    }

    static std::uint64_t bit(std::size_t offset)
    {
        return std::uint64_t{1} << offset;
    }

    std::uint64_t bits_ = 0;
};

/** Possible merges by the offset at which their left symbol begins. Each is one number, its key:
 *  its order and, in the lowest bits, its distance from the right end. The largest key is that of
 *  the next merge; finding it takes no branch. */
class MergeQueue
{
public:
    /** Length in bytes of the longest text. An OffsetSet also holds the offset of its end. */
    static constexpr std::size_t LONGEST = 56;

    /** Makes an empty queue for a text of `size` bytes. */
    explicit MergeQueue(std::size_t size) : end_((size + STRIDE - 1) / STRIDE * STRIDE)
    {
        std::fill(keys_, keys_ + end_, 0);
    }

    /** Sets the merge at `offset`, and returns its key. Removes it if its order is 0. */
    std::uint64_t set(std::size_t offset, Merge merge)
    {
        std::uint64_t order = merge.order;
        keys_[offset] = order ? order << OFFSET_BITS | (LAST_OFFSET - offset) : 0;
        ids_[offset] = merge.id;
        return keys_[offset];
    }

    void remove(std::size_t offset)
    {
        keys_[offset] = 0;
    }

    /** Returns the key of the merge of the highest order, the leftmost of equal ones. Returns 0 if
     *  the queue is empty. */
    std::uint64_t top() const
    {
        std::uint64_t best = 0;
        for (std::size_t at = 0; at < end_; at += STRIDE) {
            const std::uint64_t *p = keys_ + at;
            std::uint64_t left = std::max(std::max(p[0], p[1]), std::max(p[2], p[3]));
            std::uint64_t right = std::max(std::max(p[4], p[5]), std::max(p[6], p[7]));
            best = std::max(best, std::max(left, right));
        }
        return best;
    }

    static std::size_t offset_of(std::uint64_t key)
    {
        return LAST_OFFSET - (key & LAST_OFFSET);
    }

    /** Id of the symbol that the merge at `offset` makes. */
    std::int32_t id(std::size_t offset) const
    {
        return ids_[offset];
    }

private:
    static constexpr std::size_t STRIDE = 8;
    static constexpr unsigned OFFSET_BITS = 6;
    static constexpr std::size_t LAST_OFFSET = (1 << OFFSET_BITS) - 1;
    static_assert(LONGEST % STRIDE == 0, "top() reads whole strides");
    static_assert(LONGEST < LAST_OFFSET, "OffsetSet::above()");

    std::uint64_t keys_[LONGEST]; /* 0: none */
    std::int32_t ids_[LONGEST];
    std::size_t end_;
};

} // namespace CALIB_ADAPTER

#endif
