/* SPDX-License-Identifier: MIT */
#include "merge_table.h"

#include <cstring>
#include <limits>

namespace calib_sp
{

/* The bits of positive floats ascend with their values, those of negative ones descend. What
 * compares equal to zero is zero, in whatever way this processor is set to calculate. */
std::uint32_t MergeTable::order_of(float score)
{
    static_assert(std::numeric_limits<float>::is_iec559 && sizeof score == 4, "IEEE 754 binary32");
    constexpr std::uint32_t SIGN = UINT32_C(1) << 31;
    if (score == 0.0f)
        return SIGN;
    std::uint32_t bits;
    std::memcpy(&bits, &score, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

void MergeTable::reserve(std::size_t n)
{
    unsigned log2 = 6;
    while (std::size_t{1} << log2 < 2 * n)
        log2++;
    std::size_t n_slots = std::size_t{1} << log2;
    slots_.assign(n_slots, {0, {0, 0}});
    mask_ = n_slots - 1;
    filter_.assign(n_slots / 8, 0); /* eight bits a slot */
    filter_shift_ = 64 - (log2 + 3);
}

void MergeTable::insert(std::uint64_t key, Join join)
{
    std::uint64_t hash = hash_of(key);
    std::size_t slot = start(hash);
    while (slots_[slot].key && slots_[slot].key != key)
        slot = (slot + 1) & mask_;
    slots_[slot] = {key, join};
    std::size_t bit = static_cast<std::size_t>(hash >> filter_shift_);
    filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
}

} // namespace calib_sp
