/* SPDX-License-Identifier: MIT */
/* Sets of characters as classes of a regular expression describe them, and the partition of all
 * characters into kinds that no set tells apart. */
#ifndef CALIB_TOKENIZER_JSON_CHARSET_H
#define CALIB_TOKENIZER_JSON_CHARSET_H

#include "unicode.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace calib_tj
{

constexpr std::size_t N_CATEGORIES = static_cast<std::size_t>(Category::Cn) + 1;

/** A character by what a set can know of it. */
struct Point {
    char32_t c;
    Category category;
    bool is_han;
};

struct CharSet {
    std::vector<std::pair<char32_t, char32_t>> ranges; /* first and last */
    std::uint32_t categories = 0;                      /* a bit per Category */
    bool han = false;
    bool negated = false;
    std::vector<CharSet> members; /* it has their characters too */
    std::vector<CharSet> limits;  /* but only characters that are in each of these */

    bool contains(const Point &point) const;
    bool operator==(const CharSet &other) const;

    /** Number of ranges, members and the like, at every depth: what contains() costs. */
    std::size_t size() const;
};

/** Kinds of characters, at most 255 of them. */
using KindSet = std::bitset<256>;

class Kinds
{
public:
    static constexpr std::size_t MOST = 255;

    /** Makes the partition; `members[i]` becomes the kinds in `sets[i]`. Returns false if there are
     *  more than MOST kinds. */
    bool build(const std::vector<CharSet> &sets, std::vector<KindSet> &members);

    std::uint32_t n() const
    {
        return n_;
    }

    std::uint32_t of(char32_t c) const
    {
        return c < N_LOW ? low_[c] : of_high(c);
    }

private:
    static constexpr std::size_t N_LOW = 256;

    std::uint32_t of_high(char32_t c) const;
    std::vector<Point> points() const;

    /* Kinds of the first characters by number. Above them, the ends of the sets' ranges make
     * intervals, and within one the category and Han decide. A combination that no character has
     * costs no more than its number. */
    std::array<std::uint8_t, N_LOW> low_{};
    std::vector<char32_t> starts_; /* of intervals; the first is N_LOW */
    std::vector<std::uint8_t> high_;
    std::uint32_t n_ = 0;
};

} // namespace calib_tj

#endif
