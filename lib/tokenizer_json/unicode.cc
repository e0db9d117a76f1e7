/* SPDX-License-Identifier: MIT */
#include "unicode.h"

#include "adapter/utf8.h"
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

/* Letters, marks, decimal digits, letter numbers, connectors, joiners, and the letters in circles
 * and squares that are Alphabetic. */
bool is_word(char32_t c)
{
    auto is_in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    switch (category(c)) {
    case Category::Lu:
    case Category::Ll:
    case Category::Lt:
    case Category::Lm:
    case Category::Lo:
    case Category::Mn:
    case Category::Mc:
    case Category::Me:
    case Category::Nd:
    case Category::Nl:
    case Category::Pc: return true;
    case Category::So:
        return is_in(0x24b6, 0x24e9) || is_in(0x1f130, 0x1f149) || is_in(0x1f150, 0x1f169) ||
               is_in(0x1f170, 0x1f189);
    default: return c == 0x200c || c == 0x200d;
    }
}

std::size_t leading_space(std::string_view text)
{
    std::size_t at = 0, len = 0;
    while (at < text.size() && is_white_space(first_character(text.substr(at), len)))
        at += len;
    return at;
}

std::size_t trailing_space(std::string_view text)
{
    std::size_t len = 0;
    while (!text.empty()) {
        std::size_t at = last_character_begin(text);
        if (!is_white_space(first_character(text.substr(at), len)))
            break;
        text = text.substr(0, at);
    }
    return text.size();
}

/* The reference's tables for these two are of other versions than its categories. */

bool is_numeric(char32_t c)
{
    return is_between(category(c), Category::Nd, Category::No) != contains(NUMERIC_DIFFERENCE, c);
}

bool is_punctuation(char32_t c)
{
    if (c < 0x80)
        return (c > ' ' && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
               (c > 'z' && c < 0x7f);
    return is_between(category(c), Category::Pc, Category::Po) !=
           contains(PUNCTUATION_DIFFERENCE, c);
}

bool is_dropped(char32_t c)
{
    Category of = category(c);
    return (of == Category::Cc || of == Category::Cf || of == Category::Co) !=
           contains(CONTROL_DIFFERENCE, c);
}

bool is_accent(char32_t c)
{
    return c >= 0x300 && (category(c) == Category::Mn) != contains(ACCENT_DIFFERENCE, c);
}

} // namespace calib_tj
