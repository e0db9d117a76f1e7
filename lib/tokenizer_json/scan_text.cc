/* SPDX-License-Identifier: MIT */
#include "scan_text.h"

#include "unicode.h"

#include "adapter/utf8.h"

namespace calib_tj
{

namespace
{

constexpr Classes C = OTHER, B = BLANK, N = NEWLINE, P = SYMBOL, D = NUMBER, U = UPPER, L = LOWER;
constexpr Classes W = WIDE;

Classes classes_of(Category category)
{
    switch (category) {
    case Category::Lu:
    case Category::Lt: return UPPER;
    case Category::Ll: return LOWER;
    case Category::Lm:
    case Category::Lo: return CASELESS;
    case Category::Mn:
    case Category::Mc:
    case Category::Me: return MARK;
    case Category::Nd:
    case Category::Nl:
    case Category::No: return NUMBER;
    case Category::Zs:
    case Category::Zl:
    case Category::Zp: return BLANK;
    case Category::Cc:
    case Category::Cf:
    case Category::Cs:
    case Category::Co:
    case Category::Cn: return OTHER;
    default: return SYMBOL;
    }
}

} // namespace

/* clang-format off */
const Classes byte_classes[256] = {
    C, C, C, C, C, C, C, C, C, B, N, B, B, N, C, C,
    C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    SPACE, P, P, P, P, P, P, QUOTE, P, P, P, P, P, P, P, SLASH,
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
    P, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
    U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
    P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, C,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
};
/* clang-format on */

Classes classes_of(char32_t c)
{
    constexpr char32_t NEXT_LINE = 0x85; /* the only control character beyond ASCII in \s */
    if (c < 0x80)
        return byte_classes[c];
    return c == NEXT_LINE ? BLANK : classes_of(category(c));
}

char32_t wide_character(const char *data, std::size_t size, std::size_t &len)
{
    return CALIB_ADAPTER::first_character({data, size}, len);
}

} // namespace calib_tj
