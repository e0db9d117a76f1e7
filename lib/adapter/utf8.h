/* SPDX-License-Identifier: MIT */
/* UTF-8, a character at a time. */
#ifndef CALIB_ADAPTER_UTF8_H
#define CALIB_ADAPTER_UTF8_H

#include "adapter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace CALIB_ADAPTER
{

constexpr char32_t NO_CHARACTER = 0xffffffff;

/** Returns the first character of `text`, which is not empty, and its length. Returns NO_CHARACTER
 *  and length 1 if `text` does not begin with a well-formed sequence (RFC 3629, section 4). */
inline char32_t first_character(std::string_view text, std::size_t &len)
{
    auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto tail = [at](std::size_t i) { return static_cast<char32_t>(at(i) & 0x3f); };
    auto is_tail = [text, at](std::size_t i) { return i < text.size() && (at(i) & 0xc0) == 0x80; };
    unsigned char lead = at(0);
    len = 1;
    if (lead < 0x80)
        return lead;
    if (lead < 0xc2 || lead > 0xf4 || !is_tail(1))
        return NO_CHARACTER;
    if (lead < 0xe0) {
        len = 2;
        return (lead & 0x1fu) << 6 | tail(1);
    }
    if (!is_tail(2))
        return NO_CHARACTER;
    if (lead < 0xf0) {
        char32_t c = (lead & 0x0fu) << 12 | tail(1) << 6 | tail(2);
        if (c < 0x800 || (c >= 0xd800 && c < 0xe000))
            return NO_CHARACTER;
        len = 3;
        return c;
    }
    char32_t c = (lead & 0x07u) << 18 | tail(1) << 12 | tail(2) << 6;
    if (!is_tail(3) || c < 0x10000 || c > 0x10ffff)
        return NO_CHARACTER;
    len = 4;
    return c | tail(3);
}

/** Length in bytes of a character of valid UTF-8 that begins with the byte `first`. */
inline std::size_t character_length(char first)
{
    auto lead = static_cast<unsigned char>(first);
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Returns the offset of the last character of valid UTF-8, which is not empty. */
inline std::size_t last_character_begin(std::string_view text)
{
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
        at--;
    return at;
}

/** Returns the offset of the first byte outside ASCII at or behind `at`, or the size. */
inline std::size_t skip_ascii(std::string_view text, std::size_t at)
{
    std::uint64_t word;
    for (; text.size() - at >= sizeof word; at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        at++;
    return at;
}

/** Appends a character that is not a surrogate. */
inline void append_utf8(char32_t c, std::string &out)
{
    auto put = [&out](char32_t byte) {
        out += static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | c >> 6);
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

/** Counts the characters of valid UTF-8. */
inline std::size_t count_characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

/** Splits `text` into characters. Returns false if it is not valid UTF-8. */
inline bool characters(std::string_view text, std::vector<char32_t> &out)
{
    out.clear();
    while (!text.empty()) {
        std::size_t len = 0;
        out.push_back(first_character(text, len));
        if (out.back() == NO_CHARACTER)
            return false;
        text.remove_prefix(len);
    }
    return true;
}

} // namespace CALIB_ADAPTER

#endif
