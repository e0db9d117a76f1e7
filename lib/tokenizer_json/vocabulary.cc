/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include <algorithm>
#include <numeric>

namespace calib_tj
{

void Vocabulary::reserve(std::size_t n)
{
    unsigned log2 = slots_log2(n);
    slots_.assign(std::size_t{1} << log2, {{0, 0}, NONE});
    mask_ = slots_.size() - 1;
    shift_ = 64 - log2;
    begins_.assign(1, 0);
    begins_.reserve(n + 1);
    texts_.clear();
    ids_.clear();
    ids_.reserve(n);
    by_id_.clear();
    longest_ = 0;
}

Vocabulary::Key Vocabulary::long_key(std::string_view text)
{
    std::uint64_t low = text.size(), word, last;
    std::size_t at = 0;
    auto add = [&](std::size_t from) {
        std::memcpy(&word, text.data() + from, sizeof word);
        low = (low ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        low ^= low >> 29;
    };
    for (; at + sizeof word <= text.size(); at += sizeof word)
        add(at);
    add(text.size() - sizeof word);
    std::uint64_t high = low * UINT64_C(0xe7037ed1a0b428db);
    static constexpr unsigned char last_byte[8] = {0, 0, 0, 0, 0, 0, 0, 255};
    std::memcpy(&last, last_byte, sizeof last);
    return {low, high | last};
}

Vocabulary::Added Vocabulary::add(std::string_view text, Key key, std::int32_t id)
{
    std::size_t at = slot_of(key), tries = 0;
    for (; slots_[at].entry != NONE; at = (at + 1) & mask_) {
        const Slot &slot = slots_[at];
        if (slot.key == key && this->text(slot.entry) == text)
            return Added::repeated;
        if (++tries == TRIES)
            return Added::collides;
    }
    texts_.insert(texts_.end(), text.begin(), text.end());
    slots_[at] = {key, static_cast<std::uint32_t>(ids_.size())};
    begins_.push_back(texts_.size());
    ids_.push_back(id);
    longest_ = std::max(longest_, text.size());
    return Added::yes;
}

bool Vocabulary::finish()
{
    auto id_of_entry = [this](std::uint32_t entry) { return ids_[entry]; };
    if (std::is_sorted(ids_.begin(), ids_.end()))
        return std::adjacent_find(ids_.begin(), ids_.end()) == ids_.end();
    by_id_.resize(ids_.size());
    std::iota(by_id_.begin(), by_id_.end(), 0u);
    std::sort(by_id_.begin(), by_id_.end(), [&](std::uint32_t left, std::uint32_t right) {
        return id_of_entry(left) < id_of_entry(right);
    });
    auto same = [&](std::uint32_t left, std::uint32_t right) {
        return id_of_entry(left) == id_of_entry(right);
    };
    return std::adjacent_find(by_id_.begin(), by_id_.end(), same) == by_id_.end();
}

std::uint32_t Vocabulary::entry_of(std::int32_t id) const
{
    if (by_id_.empty()) {
        auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
        return found == ids_.end() || *found != id
                   ? NONE
                   : static_cast<std::uint32_t>(found - ids_.begin());
    }
    auto found = std::lower_bound(
        by_id_.begin(), by_id_.end(), id,
        [this](std::uint32_t entry, std::int32_t wanted) { return ids_[entry] < wanted; });
    return found == by_id_.end() || ids_[*found] != id ? NONE : *found;
}

} // namespace calib_tj
