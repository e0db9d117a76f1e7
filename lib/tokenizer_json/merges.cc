/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

constexpr unsigned MOST_LOG2 = 24; /* of the slots */

unsigned bits_of(std::size_t n)
{
    unsigned bits = 1;
    while (std::size_t{1} << bits < n)
        bits++;
    return bits;
}

std::uint64_t mask_of(unsigned bits)
{
    return (std::uint64_t{1} << bits) - 1;
}

} // namespace

/* The more slots, the more bits of a hash are told by its place. */
bool Merges::reserve(std::size_t n, std::size_t n_entries)
{
    place_bits_ = bits_of(n + 1);
    entry_bits_ = std::max(bits_of(n_entries), MOST_LOG2 / 2 + 1); /* some bits are left */
    unsigned needed = place_bits_ + 3 * entry_bits_ + DISTANCE_BITS, log2 = slots_log2(n);
    if (needed > 64)
        log2 = std::max(log2, needed - 64);
    if (log2 > MOST_LOG2)
        return false;
    slots_.reset(std::size_t{1} << log2);
    filter_.reset(std::size_t{1} << (log2 - FILTER_SHIFT));
    mask_ = mask_of(log2);
    rest_bits_ = 2 * entry_bits_ - log2;
    tag_shift_ = 64 - rest_bits_;
    place_mask_ = mask_of(place_bits_);
    entry_mask_ = mask_of(entry_bits_);
    hash_mask_ = mask_of(2 * entry_bits_);
    tag_mask_ = ~mask_of(place_bits_ + entry_bits_);
    distance_ = std::uint64_t{1} << (place_bits_ + entry_bits_);
    n_added_ = 0;
    return true;
}

/* A pair is written some calls later, when its slot has come into the cache. */
bool Merges::add(std::int32_t left, std::int32_t right, std::int32_t result, std::size_t place)
{
    Pending &pending = pending_[n_added_ % pending_.size()];
    bool good = n_added_ < pending_.size() || write(pending);
    std::uint64_t merge = static_cast<std::uint64_t>(result) << place_bits_ | (place + 1);
    pending = {hash_of(left, right), merge};
    prefetch_line(&slots_[static_cast<std::size_t>(pending.hash >> rest_bits_)]);
    n_added_++;
    return good;
}

bool Merges::finish()
{
    std::size_t first = n_added_ - std::min(n_added_, pending_.size());
    for (std::size_t i = first; i < n_added_; i++)
        if (!write(pending_[i % pending_.size()]))
            return false;
    return true;
}

bool Merges::write(const Pending &pending)
{
    auto at = static_cast<std::size_t>(pending.hash >> rest_bits_);
    filter_[at >> FILTER_SHIFT] |= filter_mask(pending.hash);
    std::uint64_t tag = tag_of(pending.hash);
    for (std::uint64_t n = 0; n < TRIES; n++, tag += distance_, at = (at + 1) & mask_) {
        std::uint64_t &slot = slots_[at];
        if (slot == 0 || (slot & tag_mask_) == tag) {
            slot = tag | pending.merge;
            return true;
        }
    }
    return false;
}

} // namespace calib_tj
