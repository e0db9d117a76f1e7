/* SPDX-License-Identifier: MIT */
/* Properties of characters in exactly the Unicode versions that the reference uses, which differ by
 * component: docs/tokenizing.md has the table. No system library is asked. */
#ifndef CALIB_TOKENIZER_JSON_UNICODE_H
#define CALIB_TOKENIZER_JSON_UNICODE_H

#include <cstddef>
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

/* The category and the flags of each character, in blocks of 256; equal blocks are there once. */
constexpr std::uint8_t CATEGORY_BITS = 0x1f, HAN_FLAG = 0x20, STABLE_NFC_FLAG = 0x40,
                       STABLE_NFKC_FLAG = 0x80;
struct PropertyTable {
    std::uint8_t block_of[0x1100];
    std::uint8_t blocks[169 * 256];
};
extern const PropertyTable property_table;

inline std::uint8_t properties(char32_t c)
{
    if (c > 0x10ffff)
        return static_cast<std::uint8_t>(Category::Cn);
    std::size_t block = property_table.block_of[c >> 8];
    return property_table.blocks[block << 8 | (c & 0xff)];
}

/* A `c` above U+10FFFF, as first_character() gives for a byte that is not UTF-8, is taken for an
 * unassigned character (Cn). */

/** Category of a character in regexes: Unicode 16.0. */
inline Category category(char32_t c)
{
    return static_cast<Category>(properties(c) & CATEGORY_BITS);
}

/** \p{Han} in regexes: Unicode 16.0. */
inline bool is_han(char32_t c)
{
    return properties(c) & HAN_FLAG;
}

/** White_Space, which is \s in regexes, and what Strip, added tokens and WhitespaceSplit take for
 *  white space: all versions have the same 25 characters. */
inline bool is_white_space(char32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    Category category_of = category(c);
    return c == 0x85 || (category_of >= Category::Zs && category_of <= Category::Zp);
}

bool is_word(char32_t c);        /* \w in Whitespace, and a word for `single_word`: Unicode 16.0 */
bool is_numeric(char32_t c);     /* Digits: Unicode 17.0 */
bool is_punctuation(char32_t c); /* Punctuation: marks and symbols of ASCII; else Unicode 8.0 */
bool is_dropped(char32_t c);     /* by clean_text: Cc, Cf and Co of Unicode 8.0 that are no white
                                  * space of ASCII, and U+FFFD */
bool is_accent(char32_t c);      /* dropped by strip_accents: Mn of Unicode 8.0 */

/** Returns the offset behind the white space that begins a text of valid UTF-8. */
std::size_t leading_space(std::string_view text);

/** Returns the offset of the white space that ends it, or its size. */
std::size_t trailing_space(std::string_view text);

/** Returns true if NFC leaves the character as it is, whatever stands before it, unless what stands
 *  behind it is not stable; nor does it change what stands before it. So a text of stable
 * characters is in NFC, and the forms of two texts, the second of which begins with a stable
 * character, joined are the form of the texts joined. These are the characters that are their own
 * form, have combining class 0 and are in no composition the second. */
inline bool is_stable_nfc(char32_t c)
{
    return properties(c) & STABLE_NFC_FLAG;
}

inline bool is_stable_nfkc(char32_t c)
{
    return properties(c) & STABLE_NFKC_FLAG;
}

/* Normal forms: Unicode 9.0. Texts are valid UTF-8. Time is linear in the text but for the sorting
 * of combining marks. These throw std::bad_alloc, and then `out` has grown by an unknown part. */

/** Appends the normalized form. */
void append_nfc(std::string_view text, std::string &out);
void append_nfkc(std::string_view text, std::string &out);

/** Returns true if the text is its own normalized form. Returns false for a few that are, where
 *  composed characters and marks stand side by side. */
bool is_nfc(std::string_view text);
bool is_nfkc(std::string_view text);
void append_nfd(std::string_view text, std::string &out);
bool is_nfd(std::string_view text); /* says so of all that are */

/** Appends the text in lower case, each character by itself: Unicode 17.0. */
void append_lowercase(std::string_view text, std::string &out);
bool is_lowercase(std::string_view text);

} // namespace calib_tj

#endif
