/* SPDX-License-Identifier: MIT */
#include "adapter/utf8.h"
#include "unicode.h"
#include "unicode_tables.h"

#include <algorithm>
#include <iterator>

namespace calib_tj
{

namespace
{

struct LowercaseTable {
    struct Entry {
        char32_t from, to;
    } at[LOWERCASE_SIZE];
};

constexpr LowercaseTable make_table()
{
    LowercaseTable table = {};
    std::int32_t from = 0;
    std::size_t n = 0;
    for (const CharacterRun &run : LOWERCASE) {
        for (std::int32_t i = 0; i < run.n; i++) {
            from += run.step;
            table.at[n++] = {static_cast<char32_t>(from), static_cast<char32_t>(from + run.value)};
        }
    }
    return table;
}

constexpr LowercaseTable table = make_table();

/* The only character whose lower case is two: i and a dot above. */
constexpr char32_t DOTTED_I = 0x130, DOT_ABOVE = 0x307;

/* Those of no category in Unicode 16.0 got their lower case in 17.0. */
bool may_have_lowercase(Category category)
{
    return category == Category::Lu || category == Category::Lt || category == Category::Nl ||
           category == Category::So || category == Category::Cn;
}

char32_t lowercase(char32_t c)
{
    if (c < 0x80)
        return c - 'A' < 26 ? c + 32 : c;
    if (c == DOTTED_I)
        return 'i';
    if (!may_have_lowercase(category(c)))
        return c;
    auto entry =
        std::lower_bound(std::begin(table.at), std::end(table.at), c,
                         [](const LowercaseTable::Entry &e, char32_t x) { return e.from < x; });
    return entry != std::end(table.at) && entry->from == c ? entry->to : c;
}

} // namespace

void append_lowercase(std::string_view text, std::string &out)
{
    for (std::size_t at = 0, len = 0; at < text.size(); at += len) {
        char32_t c = first_character(text.substr(at), len);
        append_utf8(lowercase(c), out);
        if (c == DOTTED_I)
            append_utf8(DOT_ABOVE, out);
    }
}

bool is_lowercase(std::string_view text)
{
    for (std::size_t at = 0, len = 0; at < text.size(); at += len) {
        char32_t c = first_character(text.substr(at), len);
        if (lowercase(c) != c)
            return false;
    }
    return true;
}

} // namespace calib_tj
