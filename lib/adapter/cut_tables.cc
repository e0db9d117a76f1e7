/* SPDX-License-Identifier: MIT */
#include "cut_tables.h"

namespace CALIB_ADAPTER
{

namespace
{

std::uint64_t key_of(char32_t left, char32_t right)
{
    return (static_cast<std::uint64_t>(left) << 32 | right) + 1;
}

} // namespace

/* The slot that holds the key, or the free one where it belongs. */
std::size_t PairSet::slot_of(std::uint64_t key) const
{
    /* Fibonacci hashing: the high half of a product with 2^64 / golden ratio. */
    std::size_t mask = slots_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;
    while (slots_[slot] && slots_[slot] != key)
        slot = (slot + 1) & mask;
    return slot;
}

void PairSet::grow()
{
    std::vector<std::uint64_t> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    for (std::uint64_t key : old)
        if (key)
            slots_[slot_of(key)] = key;
}

bool PairSet::insert(char32_t left, char32_t right)
{
    if (2 * n_ >= slots_.size())
        grow();
    std::uint64_t key = key_of(left, right);
    std::uint64_t &slot = slots_[slot_of(key)];
    bool added = slot == 0;
    n_ += added;
    slot = key;
    return added;
}

bool PairSet::has(char32_t left, char32_t right) const
{
    return !slots_.empty() && slots_[slot_of(key_of(left, right))] != 0;
}

/* Scans while both characters are ASCII. `until` leaves room for a cut at every place. Returns true
 * if it reached `until`. */
bool CutScanner::scan_ascii(std::string_view text, std::size_t &at, std::size_t until,
                            std::size_t *offsets, std::size_t &n) const
{
    const std::uint8_t *table = ascii_.data();
    const std::size_t end = skip_ascii(text.substr(0, until), at);
    auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t count = n;
    unsigned left = byte(at - 1);
    auto step = [&](std::size_t i) {
        unsigned right = byte(i);
        offsets[count] = i; /* kept if the table says so: no branch to mispredict */
        count += table[left << 7 | right];
        left = right;
    };
    std::size_t i = at;
    for (; end - i >= 8; i += 8) /* compilers unroll the inner loop */
        for (std::size_t j = 0; j < 8; j++)
            step(i + j);
    for (; i < end; i++)
        step(i);
    at = end;
    n = count;
    return end == until;
}

} // namespace CALIB_ADAPTER
