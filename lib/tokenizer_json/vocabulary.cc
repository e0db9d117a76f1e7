/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include <algorithm>
#include <numeric>

namespace calib_tj
{

void Vocabulary::reserve(std::size_t n, std::size_t n_bytes)
{
    unsigned log2 = slots_log2(n);
    fill_table(slots_, std::size_t{1} << log2, {0, 0, NONE});
    mask_ = slots_.size() - 1;
    shift_ = 64 - log2;
    begins_.assign(1, 0);
    begins_.reserve(n + 1);
    texts_.clear();
    texts_.reserve(n_bytes);
    ids_.clear();
    ids_.reserve(n);
    by_id_.clear();
    longest_ = 0;
    numbered_ = false;
}

Vocabulary::Key Vocabulary::long_key(std::string_view text)
{
    std::uint64_t low = text.size(), word;
    std::size_t at = 0;
    auto add = [&](std::size_t from) {
        std::memcpy(&word, text.data() + from, sizeof word);
        low = (low ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        low ^= low >> 29;
    };
    for (; at + sizeof word <= text.size(); at += sizeof word)
        add(at);
    add(text.size() - sizeof word);
    static constexpr unsigned char last_byte[4] = {0, 0, 0, 255};
    std::uint32_t tag;
    std::memcpy(&tag, last_byte, sizeof tag);
    return {low, static_cast<std::uint32_t>(low * UINT64_C(0xe7037ed1a0b428db) >> 32) | tag};
}

Vocabulary::Added Vocabulary::add(std::string_view text, Key key, std::int32_t id)
{
    std::size_t at = slot_of(key), tries = 0;
    for (; slots_[at].entry != NONE; at = (at + 1) & mask_) {
        const Slot &slot = slots_[at];
        if (slot.has(key) && this->text(slot.entry) == text)
            return Added::repeated;
        if (++tries == TRIES)
            return Added::collides;
    }
    texts_.insert(texts_.end(), text.begin(), text.end());
    slots_[at] = {key.low, key.high, static_cast<std::int32_t>(ids_.size())};
    begins_.push_back(texts_.size());
    ids_.push_back(id);
    longest_ = std::max(longest_, text.size());
    return Added::yes;
}

bool Vocabulary::finish()
{
    by_id_.clear();
    if (!std::is_sorted(ids_.begin(), ids_.end())) {
        by_id_.resize(ids_.size());
        std::iota(by_id_.begin(), by_id_.end(), 0);
        std::sort(by_id_.begin(), by_id_.end(), [this](std::int32_t left, std::int32_t right) {
            return ids_[static_cast<std::size_t>(left)] < ids_[static_cast<std::size_t>(right)];
        });
    }
    auto by_id = [this](std::size_t i) {
        return ids_[by_id_.empty() ? i : static_cast<std::size_t>(by_id_[i])];
    };
    for (std::size_t i = 1; i < ids_.size(); i++)
        if (by_id(i - 1) == by_id(i))
            return false;
    /* Ascending ids from 0 on without a hole. */
    numbered_ =
        by_id_.empty() && !ids_.empty() && static_cast<std::size_t>(ids_.back()) + 1 == ids_.size();
    return true;
}

std::int32_t Vocabulary::entry_of(std::int32_t id) const
{
    std::size_t begin = 0, end = ids_.size();
    while (begin < end) {
        std::size_t middle = begin + (end - begin) / 2;
        std::int32_t entry = by_id_.empty() ? static_cast<std::int32_t>(middle) : by_id_[middle];
        std::int32_t here = ids_[static_cast<std::size_t>(entry)];
        if (here == id)
            return entry;
        if (here < id)
            begin = middle + 1;
        else
            end = middle;
    }
    return NONE;
}

} // namespace calib_tj
