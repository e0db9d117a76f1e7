/* SPDX-License-Identifier: MIT */
#include "merges.h"

namespace calib_tj
{

void Merges::reserve(std::size_t n)
{
    unsigned log2 = slots_log2(n);
    fill_table(slots_, std::size_t{1} << log2, {0, {0, 0}});
    mask_ = slots_.size() - 1;
    shift_ = 64 - log2;
    filter_.assign(slots_.size() >> FILTER_SHIFT, 0);
}

bool Merges::set(std::int32_t left, std::int32_t right, Merge merge)
{
    std::uint64_t key = key_of(left, right);
    std::uint64_t hash = hash_of(key);
    auto at = static_cast<std::size_t>(hash >> shift_);
    filter_[at >> FILTER_SHIFT] |= filter_mask(hash);
    std::size_t tries = 0;
    while (slots_[at].merge.order != 0 && slots_[at].key != key) {
        at = (at + 1) & mask_;
        if (++tries == TRIES)
            return false;
    }
    slots_[at] = {key, merge};
    return true;
}

} // namespace calib_tj
