/* SPDX-License-Identifier: MIT */
/* What two neighbouring symbols become, and how soon. Most become nothing, so a small table of
 * bits, which stays near the processor, answers for them. */
#ifndef CALIB_SENTENCEPIECE_MERGE_TABLE_H
#define CALIB_SENTENCEPIECE_MERGE_TABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace calib_sp
{

/** Finds the value of a 64-bit key other than 0: open addressing. */
class MergeTable
{
public:
    /** Of two pairs the one of the larger `order` is joined first. */
    struct Join {
        std::uint32_t order; /* 0: never */
        std::int32_t merged;
    };

    /** For two symbols, which are 0 or more. */
    static std::uint64_t pair_key(std::int32_t left, std::int32_t right)
    {
        auto high = static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32;
        return (high | static_cast<std::uint32_t>(right)) + 1;
    }

    /** The order of a finite score: equal for equal scores, larger for larger ones, never 0. */
    static std::uint32_t order_of(float score);

    /** For up to `n` keys; forgets all. */
    void reserve(std::size_t n);
    void insert(std::uint64_t key, Join join);

    /** Asks the processor for what find() may need of the large table; any key may be given. */
    void expect(std::uint64_t key) const
    {
#ifdef __GNUC__
        __builtin_prefetch(&slots_[start(hash_of(key))]);
#else
        static_cast<void>(key);
#endif
    }

    Join find(std::uint64_t key) const
    {
        std::uint64_t hash = hash_of(key);
        std::size_t bit = static_cast<std::size_t>(hash >> filter_shift_);
        if (!(filter_[bit / 64] >> bit % 64 & 1))
            return {0, 0};
        std::size_t slot = start(hash);
        while (slots_[slot].key && slots_[slot].key != key)
            slot = (slot + 1) & mask_;
        return slots_[slot].join;
    }

private:
    struct Slot {
        std::uint64_t key; /* 0: free */
        Join join;
    };

    /* Fibonacci hashing: the upper bits of a product with 2^64 / golden ratio. */
    static std::uint64_t hash_of(std::uint64_t key)
    {
        return key * UINT64_C(0x9e3779b97f4a7c15);
    }
    std::size_t start(std::uint64_t hash) const
    {
        return static_cast<std::size_t>(hash >> 32) & mask_;
    }

    std::vector<Slot> slots_;
    std::vector<std::uint64_t> filter_; /* bit `hash >> filter_shift_` is set: may be there */
    std::size_t mask_ = 0;
    unsigned filter_shift_ = 0;
};

} // namespace calib_sp

#endif
