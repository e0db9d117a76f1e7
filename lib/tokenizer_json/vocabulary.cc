/* SPDX-License-Identifier: MIT */
#include "vocabulary.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace calib_tj
{

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
    return {low, low * UINT64_C(0xe7037ed1a0b428db) | last_byte(255)};
}

/* The lines of a batch are asked for before the first is looked at. */
Vocabulary::Built Vocabulary::build(const Texts &texts, const std::vector<std::int32_t> &ids,
                                    bool filters, std::int32_t &entry)
{
    unsigned log2 = 4;
    while ((std::size_t{1} << log2) * Line::MEAN < texts.size())
        log2++;
    lines_.reset(std::size_t{1} << log2);
    mask_ = (std::size_t{1} << log2) - 1;
    shift_ = 64 - log2 - FILTER_LOG2;
    filters_ = filters;
    if (filters)
        filter_.reset(std::size_t{1} << (log2 + FILTER_LOG2 - 6));
    texts_ = &texts;
    ids_ = &ids;
    longest_ = 0;
    std::array<Probe, 32> probes;
    std::size_t n = texts.size();
    for (std::size_t begin = 0; begin < n; begin += probes.size()) {
        std::size_t end = std::min(begin + probes.size(), n);
        for (std::size_t i = begin; i < end; i++) {
            probes[i - begin] = probe(texts[i], key_of(texts[i]));
            if (filters)
                prefetch_line(&filter_[bit_of(probes[i - begin].key) / 64]);
        }
        for (std::size_t i = begin; i < end; i++) {
            entry = static_cast<std::int32_t>(i);
            if (Built added = add(entry, probes[i - begin]); added != Built::whole)
                return added;
        }
    }
    sort_ids();
    return Built::whole;
}

Vocabulary::Built Vocabulary::add(std::int32_t entry, const Probe &probe)
{
    std::size_t at = probe.line;
    if (filters_) {
        std::size_t bit = bit_of(probe.key);
        filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
    }
    longest_ = std::max(longest_, probe.text.size());
    for (std::size_t n = 0; n < TRIES; n++, at = (at + 1) & mask_)
        for (std::size_t i = 0; i < Line::SIZE; i++) {
            Line &line = lines_[at];
            if (line.keys[i].high == 0) {
                line.keys[i] = probe.key;
                line.entries[i] = entry;
                return Built::whole;
            }
            if (is_text(line.entries[i], line.keys[i], probe.text, probe.key))
                return Built::repeated;
        }
    return Built::collides;
}

/* All first lines are asked for before one is looked at, and then the lines behind them. */
void Vocabulary::find_all(const Texts &texts, std::size_t begin, std::size_t n,
                          std::int32_t *entries) const
{
    Key keys[AT_ONCE];
    std::size_t lines[AT_ONCE], rest[AT_ONCE], n_rest = 0;
    for (std::size_t i = 0; i < n; i++) {
        keys[i] = key_of(texts[begin + i]);
        lines[i] = probe(texts[begin + i], keys[i]).line;
    }
    for (std::size_t i = 0; i < n; i++) {
        entries[i] = find_in_first({texts[begin + i], keys[i], lines[i]});
        if (entries[i] == NONE) {
            prefetch_line(&lines_[(lines[i] + 1) & mask_]);
            rest[n_rest++] = i;
        }
    }
    for (std::size_t i = 0; i < n_rest; i++) {
        std::size_t at = rest[i];
        entries[at] = search({texts[begin + at], keys[at], lines[at]});
    }
}

std::int32_t Vocabulary::search(const Probe &probe) const
{
    std::size_t at = probe.line;
    for (std::size_t n = 0; n < TRIES; n++, at = (at + 1) & mask_) {
        const Line &line = lines_[at];
        for (std::size_t i = 0; i < Line::SIZE && line.keys[i].high != 0; i++)
            if (is_text(line.entries[i], line.keys[i], probe.text, probe.key))
                return line.entries[i];
        if (line.keys[Line::SIZE - 1].high == 0)
            break;
    }
    return NONE;
}

void Vocabulary::sort_ids()
{
    const std::vector<std::int32_t> &ids = *ids_;
    by_id_.clear();
    if (!std::is_sorted(ids.begin(), ids.end())) {
        by_id_.resize(ids.size());
        std::iota(by_id_.begin(), by_id_.end(), 0);
        std::sort(by_id_.begin(), by_id_.end(), [&](std::int32_t left, std::int32_t right) {
            return ids[static_cast<std::size_t>(left)] < ids[static_cast<std::size_t>(right)];
        });
    }
    /* Ascending ids from 0 on without a hole. */
    numbered_ =
        by_id_.empty() && !ids.empty() && static_cast<std::size_t>(ids.back()) + 1 == ids.size();
}

std::int32_t Vocabulary::entry_of(std::int32_t id) const
{
    std::size_t begin = 0, end = size();
    while (begin < end) {
        std::size_t middle = begin + (end - begin) / 2;
        std::int32_t entry = by_id_.empty() ? static_cast<std::int32_t>(middle) : by_id_[middle];
        std::int32_t here = (*ids_)[static_cast<std::size_t>(entry)];
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
