/* SPDX-License-Identifier: MIT */
#include "added_guard.h"

#include "unicode.h"

namespace calib_tj
{

void AddedGuard::build(const AddedTokens &tokens, bool prefixed)
{
    prefixed_ = prefixed;
    std::vector<char32_t> text;
    for (const AddedTokens::Pattern &pattern : tokens.patterns()) {
        characters(pattern.text, text);
        for (std::size_t i = 1; i < text.size(); i++) {
            if (!pairs_.insert(text[i - 1], text[i]))
                continue;
            flags_.at(text[i - 1]) |= LEFT;
            flags_.at(text[i]) |= RIGHT;
        }
        std::uint8_t &last = flags_.at(text.back());
        if (prefixed || pattern.single_word)
            last |= NOT_BEHIND;
        if (pattern.rstrip)
            last |= RSTRIP_LAST;
        std::uint8_t &first = flags_.at(text.front());
        if (pattern.single_word)
            first |= NOT_BEFORE;
        if (pattern.lstrip)
            first |= LSTRIP_FIRST;
        lstrip_ |= pattern.lstrip;
        rstrip_ |= pattern.rstrip;
    }
}

bool AddedGuard::allows(char32_t left, char32_t right) const
{
    std::uint8_t l = flags_[left], r = flags_[right];
    if ((l & LEFT) && (r & RIGHT) && pairs_.has(left, right))
        return false;
    if ((l & NOT_BEHIND) || (r & NOT_BEFORE))
        return false;
    if (!lstrip_ && !rstrip_)
        return true;
    /* A token takes the whole run of white space beside it. */
    bool left_space = is_white_space(left), right_space = is_white_space(right);
    if (left_space && right_space)
        return false;
    if (lstrip_ && left_space && (r & LSTRIP_FIRST))
        return false;
    if (rstrip_ && right_space && (l & RSTRIP_LAST))
        return false;
    return !(prefixed_ && rstrip_ && left_space);
}

} // namespace calib_tj
