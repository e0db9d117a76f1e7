/* SPDX-License-Identifier: MIT */
#include "bert.h"

#include <algorithm>
#include <iterator>

namespace calib_tj
{

namespace
{

struct Range {
    char32_t first, last;
};

constexpr Range CHINESE[] = {{0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xf900, 0xfaff},
                             {0x20000, 0x2a6df}, {0x2a700, 0x2b81f}, {0x2b920, 0x2ceaf},
                             {0x2f800, 0x2fa1f}};

/* Calls `fn(character, its bytes)` until it returns false. Returns true if it never does. */
template <typename Fn> bool for_each_character(std::string_view text, const Fn &fn)
{
    std::size_t len = 0;
    for (std::size_t at = 0; at < text.size(); at += len) {
        char32_t c = first_character(text.substr(at), len);
        if (!fn(c, text.substr(at, len)))
            return false;
    }
    return true;
}

} // namespace

bool is_chinese(char32_t c)
{
    return std::any_of(std::begin(CHINESE), std::end(CHINESE),
                       [c](const Range &range) { return c >= range.first && c <= range.last; });
}

void append_clean(std::string_view text, std::string &out)
{
    for_each_character(text, [&out](char32_t c, std::string_view bytes) {
        if (!is_dropped(c))
            out.append(is_white_space(c) ? " " : bytes);
        return true;
    });
}

bool is_clean(std::string_view text)
{
    return for_each_character(text, [](char32_t c, std::string_view) {
        return c == ' ' || (!is_dropped(c) && !is_white_space(c));
    });
}

void append_spaced(std::string_view text, std::string &out)
{
    for_each_character(text, [&out](char32_t c, std::string_view bytes) {
        bool is_spaced = is_chinese(c);
        out.append(is_spaced ? " " : "").append(bytes).append(is_spaced ? " " : "");
        return true;
    });
}

bool is_spaced(std::string_view text)
{
    return for_each_character(text, [](char32_t c, std::string_view) { return !is_chinese(c); });
}

void append_unaccented(std::string_view text, std::string &out)
{
    std::string form;
    append_nfd(text, form);
    for_each_character(form, [&out](char32_t c, std::string_view bytes) {
        if (!is_accent(c))
            out.append(bytes);
        return true;
    });
}

bool is_unaccented(std::string_view text)
{
    return is_nfd(text) &&
           for_each_character(text, [](char32_t c, std::string_view) { return !is_accent(c); });
}

} // namespace calib_tj
