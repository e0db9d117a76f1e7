/* SPDX-License-Identifier: MIT */
/* The list of merges: what two entries of the vocabulary side by side become. Most pairs that are
 * looked up are not merged: a filter, small enough to stay in the cache, answers most of those. */
#ifndef CALIB_TOKENIZER_JSON_MERGES_H
#define CALIB_TOKENIZER_JSON_MERGES_H

#include "adapter/merge_queue.h"
#include "prefetch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace calib_tj
{

class Merges
{
    static constexpr std::size_t TRIES = 1024; /* as in Vocabulary */

public:
    /** A look-up that has begun. */
    struct Probe {
        std::uint64_t key;
        std::size_t slot;
        bool maybe;
    };

    /** What two entries side by side become, which is an entry too. */
    struct Pair {
        std::int32_t left, right;
        Merge merge;
    };

    /** Builds the table; of a pair that comes twice the later one counts. Returns false if too many
     *  collide. Throws std::bad_alloc. */
    bool build(const std::vector<Pair> &pairs);

    /** Begins a look-up. */
    Probe probe(std::int32_t left, std::int32_t right) const
    {
        std::uint64_t key = key_of(left, right), hash = hash_of(key), mask = filter_mask(hash);
        auto slot = static_cast<std::size_t>(hash >> shift_);
        bool maybe = (filter_[slot >> FILTER_SHIFT] & mask) == mask;
        if (maybe)
            prefetch_line(&slots_[slot]);
        return {key, slot, maybe};
    }

    /** Ends a look-up. Returns order 0 if the pair is not merged. */
    Merge find(const Probe &probe) const
    {
        if (!probe.maybe)
            return {0, 0};
        for (std::size_t at = probe.slot;; at = (at + 1) & mask_) {
            const Slot &slot = slots_[at];
            if (slot.key == probe.key || slot.merge.order == 0)
                return slot.merge;
        }
    }

private:
    std::size_t slot_of(const Pair &pair) const
    {
        return static_cast<std::size_t>(hash_of(key_of(pair.left, pair.right)) >> shift_);
    }

    bool set(const Pair &pair);

    struct Slot {
        std::uint64_t key;
        Merge merge; /* order 0: free */
    };

    /* A word of the filter serves this many slots. */
    static constexpr unsigned FILTER_SHIFT = 4;

    static std::uint64_t key_of(std::int32_t left, std::int32_t right)
    {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
               static_cast<std::uint32_t>(right);
    }

    static std::uint64_t hash_of(std::uint64_t key)
    {
        key = (key ^ key >> 29) * UINT64_C(0x9e3779b97f4a7c15);
        return (key ^ key >> 32) * UINT64_C(0xd6e8feb86659fd93);
    }

    /* Two bits of a word, by bits of the hash that do not choose the word. */
    static std::uint64_t filter_mask(std::uint64_t hash)
    {
        return std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63);
    }

    Table<Slot> slots_;
    Table<std::uint64_t> filter_; /* both bits set: the pair may be in the table */
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
};

} // namespace calib_tj

#endif
