/* SPDX-License-Identifier: MIT */
/* Characters that merges join: between two of them a text cannot be cut. */
#ifndef CALIB_TOKENIZER_JSON_NEIGHBOURS_H
#define CALIB_TOKENIZER_JSON_NEIGHBOURS_H

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** Claims of a few pairs outside ASCII that they meet, though they do not: between them a text is
 *  not cut, though it could be. */
class NeighbourSet
{
public:
    /** Adds the characters where the parts of a merge of characters meet. */
    void add_text(std::string_view left, std::string_view right)
    {
        if (left.empty() || right.empty())
            return;
        auto before = static_cast<unsigned char>(left.back());
        auto behind = static_cast<unsigned char>(right[0]);
        if ((before | behind) < 0x80)
            ascii_[std::size_t{before} << 7 | behind] = true;
        else
            add_characters(left, right);
    }

    bool has(char32_t left, char32_t right) const
    {
        if ((left | right) < 0x80)
            return ascii_[left << 7 | right];
        std::size_t slot = slot_of(left, right);
        return !bits_.empty() && (bits_[slot / 64] >> slot % 64 & 1);
    }

    /** Likewise of bytes, which may begin and end inside a character: adds the part of each
     *  character that the merge shows. Characters of ASCII are not added. */
    void add_bytes(std::string_view left, std::string_view right);

    /** Returns true if a merge of bytes can join an end of one character and a beginning of the
     *  other. Both are outside ASCII. */
    bool has_in_bytes(char32_t left, char32_t right) const;

private:
    static constexpr unsigned BITS_LOG2 = 21;

    static std::size_t slot_of(char32_t left, char32_t right)
    {
        std::uint64_t pair = std::uint64_t{left} << 32 | right;
        return static_cast<std::size_t>(pair * UINT64_C(0x9e3779b97f4a7c15) >> (64 - BITS_LOG2));
    }

    void add_characters(std::string_view left, std::string_view right);
    void add(char32_t left, char32_t right);

    std::array<bool, 128 * 128> ascii_ = {}; /* [left << 7 | right]: these are exact */
    /* A bit for each hash of a pair, so that nothing is searched or moved. The share of others that
     * have such a hash is the number of pairs by 2^BITS_LOG2: 1 in 69 with the 30,506 of Gemma 3.
     * In bytes up to 16 pairs are asked for, and 1 in 25 to 41 places of DeepSeek V3 are lost. */
    std::vector<std::uint64_t> bits_;
    /* Hashes of parts of characters that stand in pairs: most characters have none. */
    std::bitset<65536> ends_, beginnings_;
};

} // namespace calib_tj

#endif
