/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

unsigned bits_of(std::size_t n)
{
    unsigned bits = 1;
    while (std::size_t{1} << bits < n)
        bits++;
    return bits;
}

/* Returns the logarithm of the number of slots for `n` pairs: at most 5 of 8 get used. */
unsigned slots_log2(std::size_t n)
{
    unsigned log2 = 6;
    while ((std::size_t{1} << log2) / 8 * 5 < n)
        log2++;
    return log2;
}

/* Odd numbers, which can be multiplied by without a loss, and without a pattern. */
constexpr std::uint64_t FACTORS[Merges::N_HASHES] = {
    UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xbf58476d1ce4e5b9), UINT64_C(0x94d049bb133111eb),
    UINT64_C(0xff51afd7ed558ccd), UINT64_C(0xc4ceb9fe1a85ec53), UINT64_C(0xa0761d6478bd642f),
    UINT64_C(0xe7037ed1a0b428db), UINT64_C(0x8ebc6af09c88c6e3)};

constexpr bool all_odd()
{
    for (std::uint64_t factor : FACTORS)
        if (factor % 2 == 0)
            return false;
    return true;
}
static_assert(all_odd(), "two pairs would have one hash");

std::uint64_t mask_of(unsigned bits)
{
    return (std::uint64_t{1} << bits) - 1;
}

} // namespace

/* The more slots, the more bits of a hash are told by its place. */
void Merges::reserve(std::size_t n, std::size_t n_places, std::size_t n_entries, unsigned hash)
{
    unsigned log2 = slots_log2(n);
    place_bits_ = bits_of(n_places + 1);
    entry_bits_ = std::max(bits_of(n_entries), log2 / 2 + 1);
    auto log2_with = [this](unsigned result_bits) {
        unsigned bits = place_bits_ + result_bits + DISTANCE_BITS + 2 * entry_bits_;
        return bits > 64 ? bits - 64 : 0;
    };
    bool has_room = log2_with(entry_bits_) <= log2;
    unsigned result_bits = has_room ? entry_bits_ : 0;
    log2 = std::max(log2, log2_with(result_bits));
    slots_.reset(std::size_t{1} << log2);
    filter_.reset(std::size_t{1} << (log2 - FILTER_SHIFT));
    results_.assign(has_room ? 0 : n_places, 0);
    mask_ = static_cast<std::size_t>(mask_of(log2));
    slot_shift_ = 64 - log2;
    place_mask_ = mask_of(place_bits_);
    result_mask_ = mask_of(result_bits);
    factor_ = FACTORS[hash] << (64 - 2 * entry_bits_);
    tag_mask_ = ~mask_of(place_bits_ + result_bits);
    distance_ = std::uint64_t{1} << (place_bits_ + result_bits);
}

} // namespace calib_tj
