/* SPDX-License-Identifier: MIT */
#include "piece_table.h"

#include <algorithm>
#include <limits>

namespace calib_sp
{

/* The bits of positive floats ascend with their values, those of negative ones descend. */
std::uint32_t PieceTable::order_of(float score)
{
    static_assert(std::numeric_limits<float>::is_iec559 && sizeof score == 4, "IEEE 754 binary32");
    constexpr std::uint32_t SIGN = UINT32_C(1) << 31;
    if (score == 0)
        return SIGN;
    std::uint32_t bits;
    std::memcpy(&bits, &score, sizeof bits);
    return bits & SIGN ? ~bits : bits | SIGN;
}

void PieceTable::reserve(std::size_t n)
{
    unsigned log2 = 6;
    while (std::size_t{1} << log2 < 2 * n)
        log2++;
    std::size_t n_slots = std::size_t{1} << log2;
    slots_.assign(n_slots, {{0, 0}, {0, 0}});
    mask_ = n_slots - 1;
    filter_.assign(n_slots * BITS_PER_SLOT / 64, 0);
    filter_shift_ = 64 - (log2 + 3);
    static_assert(BITS_PER_SLOT == 1 << 3, "filter_shift_");
    others_.clear();
}

void PieceTable::insert(std::string_view text, Merge piece)
{
    char bytes[READ] = {};
    text.copy(bytes, SHORT);
    Key key = key_of(bytes, text.size());
    std::size_t bit = bit_of(key);
    filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
    if (text.size() <= SHORT)
        for (std::size_t i = 0; i < TRIES; i++) {
            Slot &slot = slots_[(bit / BITS_PER_SLOT + i) & mask_];
            if (slot.key.high == 0 || slot.key == key) {
                slot = {key, piece};
                return;
            }
        }
    others_[text] = piece;
}

Merge PieceTable::find_other(std::string_view text) const
{
    auto found = others_.find(text);
    return found == others_.end() ? Merge{0, 0} : found->second;
}

} // namespace calib_sp
