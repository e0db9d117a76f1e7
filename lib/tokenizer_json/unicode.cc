/* SPDX-License-Identifier: MIT */
#include "unicode.h"

#include "unicode_tables.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace calib_tj
{

namespace
{

/* Writes what pairs of a value and the length of its run, less 1, stand for. */
template <std::size_t N> constexpr void expand(const std::uint8_t (&runs)[N], std::uint8_t *out)
{
    for (std::size_t i = 0; i < N; i += 2)
        for (unsigned left = runs[i + 1] + 1u; left; left--)
            *out++ = runs[i];
}

constexpr PropertyTable make_property_table()
{
    PropertyTable table = {};
    static_assert(sizeof table.blocks == PROPERTIES_BLOCKS * 256, "");
    expand(PROPERTIES_INDEX_RUNS, table.block_of);
    expand(PROPERTIES_RUNS, table.blocks);
    return table;
}

template <std::size_t N> bool contains(const CharacterRange (&ranges)[N], char32_t c)
{
    auto range = std::lower_bound(std::begin(ranges), std::end(ranges), c,
                                  [](const CharacterRange &r, char32_t x) { return r.last < x; });
    return range != std::end(ranges) && range->first <= c;
}

bool is_between(Category category, Category first, Category last)
{
    return category >= first && category <= last;
}

} // namespace

constexpr PropertyTable property_table = make_property_table();

/* The reference's tables for these two are of other versions than its categories. */

bool is_numeric(char32_t c)
{
    return is_between(category(c), Category::Nd, Category::No) != contains(NUMERIC_DIFFERENCE, c);
}

bool is_punctuation(char32_t c)
{
    return is_between(category(c), Category::Pc, Category::Po) !=
           contains(PUNCTUATION_DIFFERENCE, c);
}

} // namespace calib_tj
