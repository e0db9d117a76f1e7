/* SPDX-License-Identifier: MIT */
#include "plain_text.h"

#include "adapter/utf8.h"

#include <algorithm>

namespace calib_tj
{

void PlainText::build(const AddedTokens &raw, const AddedTokens &normalized,
                      const CharacterMap &map)
{
    raw_ = &raw;
    normalized_ = &normalized;
    map_ = &map;
}

std::size_t PlainText::unsettled(std::string_view text, std::size_t at) const
{
    std::size_t len = 0;
    for (at = skip_ascii(text, at); at < text.size(); at = skip_ascii(text, at + len)) {
        char32_t c = first_character(text.substr(at), len);
        if (c == NO_CHARACTER || (map_->composes() && !map_->is_settled(c)))
            return at;
    }
    return text.size();
}

/* What was found behind `begin` is still the first: texts in which one kind of trouble is frequent
 * and another one rare take linear time. */
std::size_t PlainText::trouble(std::string_view text, std::size_t begin, std::size_t end,
                               Search &search) const
{
    std::string_view shown = text.substr(0, end);
    auto find = [&](const AddedTokens &tokens, std::size_t &found) {
        if (found > begin)
            return;
        found = begin;
        if (!tokens.occurs(shown, found))
            found = end;
    };
    find(*raw_, search.raw);
    find(*normalized_, search.normalized);
    if (search.unsettled <= begin)
        search.unsettled = unsettled(shown, begin);
    return std::min({search.raw, search.normalized, search.unsettled});
}

} // namespace calib_tj
