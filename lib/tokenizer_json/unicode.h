/* SPDX-License-Identifier: MIT */
/* Properties of characters in exactly the Unicode versions that the reference uses, which differ by
 * component: docs/tokenizing.md has the table. No system library is asked. */
#ifndef CALIB_TOKENIZER_JSON_UNICODE_H
#define CALIB_TOKENIZER_JSON_UNICODE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace calib_tj
{

/** General categories of Unicode 16.0, as in regexes. */
enum class Category : std::uint8_t {
    Lu,
    Ll,
    Lt,
    Lm,
    Lo,
    Mn,
    Mc,
    Me,
    Nd,
    Nl,
    No,
    Pc,
    Pd,
    Ps,
    Pe,
    Pi,
    Pf,
    Po,
    Sm,
    Sc,
    Sk,
    So,
    Zs,
    Zl,
    Zp,
    Cc,
    Cf,
    Cs,
    Co,
    Cn
};

/** Category of a character in regexes: Unicode 16.0. */
Category category(char32_t c);

bool is_han(char32_t c);         /* \p{Han} in regexes: Unicode 16.0 */
bool is_regex_space(char32_t c); /* \s in regexes */
bool is_white_space(char32_t c); /* White_Space: Strip, added tokens, WhitespaceSplit */
bool is_numeric(char32_t c);     /* Digits */
bool is_punctuation(char32_t c); /* Punctuation */

/** Returns true if NFC (NFKC) leaves the character as it is in every text: it decomposes to itself,
 *  has combining class 0, and composes with nothing on either side. */
bool is_inert_nfc(char32_t c);
bool is_inert_nfkc(char32_t c);

/** Appends the normalized form of valid UTF-8. */
void append_nfc(std::string_view text, std::string &out);
void append_nfkc(std::string_view text, std::string &out);
void append_lowercase(std::string_view text, std::string &out);

} // namespace calib_tj

#endif
