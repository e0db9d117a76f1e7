/* SPDX-License-Identifier: MIT */
#include "merges.h"

namespace calib_tj
{

bool Merges::build(const std::vector<Pair> &pairs)
{
    unsigned log2 = slots_log2(pairs.size());
    std::size_t n_slots = std::size_t{1} << log2;
    slots_.reset(n_slots);
    filter_.reset(n_slots >> FILTER_SHIFT);
    mask_ = n_slots - 1;
    shift_ = 64 - log2;
    constexpr std::size_t AHEAD = 24;
    for (std::size_t i = 0; i < pairs.size(); i++) {
        if (i + AHEAD < pairs.size())
            prefetch_line(&slots_[slot_of(pairs[i + AHEAD])]);
        if (!set(pairs[i]))
            return false;
    }
    return true;
}

bool Merges::set(const Pair &pair)
{
    std::uint64_t key = key_of(pair.left, pair.right);
    std::uint64_t hash = hash_of(key);
    auto at = static_cast<std::size_t>(hash >> shift_);
    filter_[at >> FILTER_SHIFT] |= filter_mask(hash);
    std::size_t tries = 0;
    while (slots_[at].merge.order != 0 && slots_[at].key != key) {
        at = (at + 1) & mask_;
        if (++tries == TRIES)
            return false;
    }
    slots_[at] = {key, pair.merge};
    return true;
}

} // namespace calib_tj
