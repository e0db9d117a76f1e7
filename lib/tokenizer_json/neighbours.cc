/* SPDX-License-Identifier: MIT */
#include "neighbours.h"

#include "adapter/utf8.h"

#include <string>

namespace calib_tj
{

namespace
{

/* A part of a character in a pair is a number that no character has: its bytes and their number. */
constexpr char32_t END = 0x80000000, BEGINNING = 0x40000000;

char32_t part(char32_t kind, std::string_view bytes)
{
    char32_t number = kind | static_cast<char32_t>(bytes.size()) << 24;
    for (std::size_t i = 0; i < bytes.size(); i++)
        number |= static_cast<char32_t>(static_cast<unsigned char>(bytes[i])) << 8 * i;
    return number;
}

bool is_part(char32_t number)
{
    return number & (END | BEGINNING);
}

std::size_t slot(char32_t number)
{
    return static_cast<std::uint32_t>(number * UINT32_C(0x9e3779b1)) >> 16;
}

bool is_tail(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/* The last character, or the end of one with which the bytes begin. NO_CHARACTER: the bytes are in
 * no UTF-8. */
char32_t character_before(std::string_view bytes)
{
    std::size_t begin = bytes.size() - 1, len = 0;
    while (begin > 0 && is_tail(bytes[begin]))
        begin--;
    std::string_view character = bytes.substr(begin);
    if (is_tail(bytes[begin]))
        return character.size() < 4 ? part(END, character) : NO_CHARACTER;
    char32_t c = first_character(character, len);
    return len == character.size() ? c : NO_CHARACTER;
}

/* The first character, or the beginning of one with which the bytes end. */
char32_t character_at(std::string_view bytes)
{
    std::size_t len = 0;
    return character_length(bytes[0]) > bytes.size() ? part(BEGINNING, bytes)
                                                     : first_character(bytes, len);
}

} // namespace

void NeighbourSet::add(char32_t left, char32_t right)
{
    if (bits_.empty())
        bits_.resize((std::size_t{1} << BITS_LOG2) / 64);
    std::size_t slot = slot_of(left, right);
    bits_[slot / 64] |= std::uint64_t{1} << slot % 64;
}

void NeighbourSet::add_characters(std::string_view left, std::string_view right)
{
    std::size_t len = 0;
    add(character_before(left), first_character(right, len));
}

void NeighbourSet::add_bytes(std::string_view left, std::string_view right)
{
    if (left.empty() || right.empty() || is_tail(right[0]) || !(left.back() & right[0] & 0x80))
        return;
    char32_t before = character_before(left), behind = character_at(right);
    if (before == NO_CHARACTER || behind == NO_CHARACTER)
        return;
    add(before, behind);
    if (is_part(before))
        ends_.set(slot(before));
    if (is_part(behind))
        beginnings_.set(slot(behind));
}

bool NeighbourSet::has_in_bytes(char32_t left, char32_t right) const
{
    std::string l, r;
    append_utf8(left, l);
    append_utf8(right, r);
    char32_t lefts[4] = {left}, rights[4] = {right};
    std::size_t n_lefts = 1, n_rights = 1;
    for (std::size_t n = 1; n < l.size(); n++) {
        char32_t end = part(END, std::string_view(l).substr(l.size() - n));
        if (ends_[slot(end)])
            lefts[n_lefts++] = end;
    }
    for (std::size_t n = 1; n < r.size(); n++) {
        char32_t beginning = part(BEGINNING, std::string_view(r).substr(0, n));
        if (beginnings_[slot(beginning)])
            rights[n_rights++] = beginning;
    }
    for (std::size_t i = 0; i < n_lefts; i++)
        for (std::size_t k = 0; k < n_rights; k++)
            if (has(lefts[i], rights[k]))
                return true;
    return false;
}

} // namespace calib_tj
