/* SPDX-License-Identifier: MIT */
/* The list of merges: what two ids side by side become. */
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
    /** Empties the table and makes room for `n` pairs, which must not be exceeded. */
    void reserve(std::size_t n);

    /** Sets what a pair of ids, each at least 0, becomes; a later call replaces an earlier one.
     *  Returns false if too many pairs collide. */
    bool set(std::int32_t left, std::int32_t right, Merge merge);

    void prefetch(std::int32_t left, std::int32_t right) const
    {
        prefetch_line(&slots_[slot_of(key_of(left, right))]);
    }

    /** Returns order 0 if the pair is not merged. */
    Merge find(std::int32_t left, std::int32_t right) const
    {
        std::uint64_t key = key_of(left, right);
        for (std::size_t at = slot_of(key);; at = (at + 1) & mask_) {
            const Slot &slot = slots_[at];
            if (slot.key == key || slot.merge.order == 0)
                return slot.merge;
        }
    }

private:
    struct Slot {
        std::uint64_t key;
        Merge merge; /* order 0: free */
    };

    static std::uint64_t key_of(std::int32_t left, std::int32_t right)
    {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
               static_cast<std::uint32_t>(right);
    }

    std::size_t slot_of(std::uint64_t key) const
    {
        key = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);
        return static_cast<std::size_t>(key >> shift_);
    }

    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
};

} // namespace calib_tj

#endif
