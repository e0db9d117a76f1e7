/* SPDX-License-Identifier: MIT */
#include "checked_json.h"

#include "vocabulary.h"
#include "json/json.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace calib_tj
{

namespace
{

#if defined __GNUC__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

constexpr std::uint64_t ONES = UINT64_C(0x0101010101010101);

/* Sets the upper bit of each byte that is `c`. Those above the lowest one may be wrong. */
std::uint64_t bytes_equal(std::uint64_t word, char c)
{
    word ^= ONES * static_cast<unsigned char>(c);
    return (word - ONES) & ~word & ONES << 7;
}

/* Returns the first byte that is a quote, or a backslash if `escapes`; else a place behind which
 * fewer than 8 bytes are left. */
template <bool escapes> const char *skip_words(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        std::uint64_t found = bytes_equal(word, '"');
        if (escapes)
            found |= bytes_equal(word, '\\');
        if (found)
            return at + __builtin_ctzll(found) / 8;
    }
    return at;
}

#else

template <bool escapes> const char *skip_words(const char *at, const char *)
{
    return at;
}

#endif

/* Returns the first byte that is a quote, or a backslash if `escapes`, or `end`. */
template <bool escapes> const char *find_quote(const char *at, const char *end)
{
    at = skip_words<escapes>(at, end);
    while (at < end && *at != '"' && !(escapes && *at == '\\'))
        at++;
    return at;
}

} // namespace

CheckedJson::CheckedJson(std::string_view json, const Range &range)
    : at_(json.data() + std::min(range.begin, json.size())),
      end_(json.data() + std::min(range.end, json.size())), readable_(json.data() + json.size())
{
}

bool CheckedJson::text(JsonText &out)
{
    const char *begin = find_quote<false>(at_, end_);
    if (begin == end_)
        return false;
    begin++;
    bool escaped = false;
    const char *close = find_quote<true>(begin, end_);
    while (close < end_ && *close == '\\') {
        escaped = true;
        close = find_quote<true>(close + std::min<std::ptrdiff_t>(2, end_ - close), end_);
    }
    if (close == end_)
        return false;
    at_ = close + 1;
    out.text = out.spelled = {begin, static_cast<std::size_t>(close - begin)};
    if (escaped || readable_ - close < static_cast<std::ptrdiff_t>(Vocabulary::READ))
        copy(out, escaped);
    return true;
}

void CheckedJson::copy(JsonText &out, bool escaped) const
{
    std::size_t len = out.spelled.size();
    out.copy.assign(len + Vocabulary::READ, '\0');
    if (escaped) {
        calib_json_token token = {};
        token.kind = CALIB_JSON_STRING;
        token.escaped = true;
        token.text = out.spelled.data();
        token.len = len;
        len = calib_json_unescape(&token, out.copy.data());
    } else {
        out.spelled.copy(out.copy.data(), len);
    }
    out.text = {out.copy.data(), len};
}

bool CheckedJson::number(std::int32_t &out)
{
    constexpr std::int32_t MAX = std::numeric_limits<std::int32_t>::max();
    while (at_ < end_ && (*at_ < '0' || *at_ > '9'))
        at_++;
    bool any = false;
    for (out = 0; at_ < end_ && *at_ >= '0' && *at_ <= '9'; at_++) {
        std::int32_t digit = *at_ - '0';
        if (out > (MAX - digit) / 10)
            return false;
        out = out * 10 + digit;
        any = true;
    }
    return any;
}

} // namespace calib_tj
