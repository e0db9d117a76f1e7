/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include "adapter/utf8.h"

#include <algorithm>
#include <limits>

namespace calib_sp
{

namespace
{

/* The library collects matching rules in an array of this size, unchecked. */
constexpr unsigned MOST_NESTED = 32;

constexpr unsigned LONGEST = 1000; /* characters of a rule */

constexpr std::uint32_t BEING_READ = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t NOT_READ = BEING_READ - 1;
constexpr std::uint32_t END = 0;

} // namespace

bool Rules::build(const Charsmap &charsmap)
{
    places_.resize(END + 1);
    if (charsmap.empty())
        return true;
    children_ = charsmap.children();
    listed_ = std::make_unique<CharacterTable<std::uint32_t>>();
    known_.assign(charsmap.size(), NOT_READ);
    if (!read_steps(charsmap.root(), {}, begins_))
        return false;
    listed_.reset();
    return std::all_of(begins_.begin(), begins_.end(), [this](const Step &step) {
        return step.ends_rule + places_[step.place].nested <= MOST_NESTED;
    });
}

/* Reads the characters that continue `begun`, the first bytes of one. */
bool Rules::read_steps(std::size_t base, const Bytes &begun, std::vector<Step> &steps)
{
    return children_.all_of(base, [&](const Charsmap::Child &child) {
        Bytes bytes = begun;
        bytes.text[bytes.n++] = static_cast<char>(child.byte);
        if (bytes.n < character_length(bytes.text[0]))
            return !child.has_value && read_steps(child.base, bytes, steps);
        Step step;
        if (!read_step(child, std::string_view(bytes.text, bytes.n), step))
            return false;
        steps.push_back(step);
        return true;
    });
}

bool Rules::read_step(const Charsmap::Child &child, std::string_view bytes, Step &step)
{
    std::size_t len = 0;
    step = {first_character(bytes, len), 0, child.has_value, NO_CHARACTER, NO_CHARACTER};
    if (step.c == NO_CHARACTER || len != bytes.size() || !characters(child.value, replacement_))
        return false;
    if (!replacement_.empty()) {
        step.first = replacement_.front();
        step.last = replacement_.back();
    }
    return read_place(child.base, step.place);
}

bool Rules::read_place(std::size_t base, std::uint32_t &place)
{
    place = children_.none(base) ? END : known_[base];
    if (place != NOT_READ)
        return place != BEING_READ; /* else the trie is damaged: this place is behind itself */
    if (depth_ == LONGEST)
        return false;
    Place read;
    known_[base] = BEING_READ;
    depth_++;
    if (!read_steps(base, {}, read.steps))
        return false;
    depth_--;
    place = known_[base] = static_cast<std::uint32_t>(places_.size());
    list_firsts(place, read);
    places_.push_back(std::move(read));
    return true;
}

/* Lists what the rules from here on are replaced by. The steps lead to places that are complete. */
void Rules::list_firsts(std::uint32_t number, Place &read)
{
    auto add = [&](char32_t c) {
        std::uint32_t &listed = listed_->at(c);
        if (listed != number)
            read.firsts.push_back(c);
        listed = number;
    };
    for (const Step &step : read.steps) {
        const Place &behind = places_[step.place];
        for (char32_t c : behind.firsts)
            add(c);
        if (step.ends_rule && step.first != NO_CHARACTER)
            add(step.first);
        read.vanishes |= behind.vanishes || (step.ends_rule && step.first == NO_CHARACTER);
        read.nested = std::max(read.nested, step.ends_rule + behind.nested);
    }
}

} // namespace calib_sp
