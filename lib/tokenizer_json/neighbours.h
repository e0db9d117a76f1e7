/* SPDX-License-Identifier: MIT */
/* Characters that stand side by side in results of merges: there a text cannot be cut. */
#ifndef CALIB_TOKENIZER_JSON_NEIGHBOURS_H
#define CALIB_TOKENIZER_JSON_NEIGHBOURS_H

#include "adapter/cut_tables.h"

#include <bitset>
#include <cstdint>
#include <string_view>

namespace calib_tj
{

class NeighbourSet
{
public:
    /** Adds the neighbours in a result that is made of characters. */
    void add_text(std::string_view result);

    bool has(char32_t left, char32_t right) const
    {
        return (flags_[left] & LEFT) && (flags_[right] & RIGHT) && pairs_.has(left, right);
    }

    /** Adds those in a result that is made of bytes and may begin and end inside a character. Two
     *  characters of ASCII are not added. */
    void add_bytes(std::string_view result);

    /** Returns true if a result of bytes can hold the end of one character and the beginning of the
     *  other. Both are outside ASCII. */
    bool has_in_bytes(char32_t left, char32_t right) const;

private:
    enum Flag : std::uint8_t { LEFT = 1, RIGHT = 2 };

    void add(char32_t left, char32_t right);

    CharacterFlags flags_;
    PairSet pairs_;
    /* Hashes of parts of characters that stand in pairs_: most characters have none. */
    std::bitset<65536> ends_, beginnings_;
};

} // namespace calib_tj

#endif
