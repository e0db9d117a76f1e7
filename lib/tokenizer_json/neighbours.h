/* SPDX-License-Identifier: MIT */
/* Characters that merges join: between two of them a text cannot be cut. */
#ifndef CALIB_TOKENIZER_JSON_NEIGHBOURS_H
#define CALIB_TOKENIZER_JSON_NEIGHBOURS_H

#include "adapter/cut_tables.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace calib_tj
{

class NeighbourSet
{
public:
    /** Adds the characters where the parts of a merge of characters meet. */
    void add_text(std::string_view left, std::string_view right)
    {
        if (!left.empty() && !right.empty() && !has_ascii(left.back(), right[0]))
            add_characters(left, right);
    }

    bool has(char32_t left, char32_t right) const
    {
        return (flags_[left] & LEFT) && (flags_[right] & RIGHT) && pairs_.has(left, right);
    }

    /** Likewise of bytes, which may begin and end inside a character: adds the part of each
     *  character that the merge shows. Characters of ASCII are not added. */
    void add_bytes(std::string_view left, std::string_view right);

    /** Returns true if a merge of bytes can join an end of one character and a beginning of the
     *  other. Both are outside ASCII. */
    bool has_in_bytes(char32_t left, char32_t right) const;

private:
    enum Flag : std::uint8_t { LEFT = 1, RIGHT = 2 };

    /* Returns true if both are ASCII and in the set, which most pairs of merges are. */
    bool has_ascii(char left, char right) const
    {
        auto before = static_cast<unsigned char>(left), behind = static_cast<unsigned char>(right);
        return (before | behind) < 0x80 && ascii_[std::size_t{before} << 7 | behind];
    }

    void add_characters(std::string_view left, std::string_view right);
    void add(char32_t left, char32_t right);

    CharacterFlags flags_;
    PairSet pairs_;
    std::bitset<128 * 128> ascii_; /* [left << 7 | right]: pairs of ASCII that are in the set */
    /* Hashes of parts of characters that stand in pairs_: most characters have none. */
    std::bitset<65536> ends_, beginnings_;
};

} // namespace calib_tj

#endif
