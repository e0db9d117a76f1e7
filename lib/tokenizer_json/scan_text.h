/* SPDX-License-Identifier: MIT */
/* A text as scanners see it: characters by their classes. */
#ifndef CALIB_TOKENIZER_JSON_SCAN_TEXT_H
#define CALIB_TOKENIZER_JSON_SCAN_TEXT_H

#include <cstddef>
#include <cstdint>

namespace calib_tj
{

/** A set of classes of characters. No character is in two of the first group. */
using Classes = std::uint32_t;

constexpr Classes END = 0; /* the end of the text: in no set */

constexpr Classes UPPER = 1u << 0;    /* Lu, Lt */
constexpr Classes LOWER = 1u << 1;    /* Ll */
constexpr Classes CASELESS = 1u << 2; /* Lm, Lo */
constexpr Classes MARK = 1u << 3;     /* M */
constexpr Classes NUMBER = 1u << 4;   /* N */
constexpr Classes SPACE = 1u << 5;    /* the space */
constexpr Classes BLANK = 1u << 6;    /* \s that is neither the space nor a line break */
constexpr Classes NEWLINE = 1u << 7;  /* CR, LF */
constexpr Classes QUOTE = 1u << 8;    /* the apostrophe of contractions */
constexpr Classes SLASH = 1u << 9;    /* the slash */
constexpr Classes SYMBOL = 1u << 10;  /* the rest of P and S */
constexpr Classes OTHER = 1u << 11;   /* the rest: C, and bytes that are not UTF-8 */

/* Classes that only some families tell apart: see their refine(). */
constexpr Classes HAN = 1u << 12;
constexpr Classes CJK_WORD = 1u << 13;
constexpr Classes CJK_SYMBOL = 1u << 14;
constexpr Classes CJK_OTHER = 1u << 15;
constexpr Classes DIGIT = 1u << 16;

constexpr Classes WIDE = 1u << 17; /* of a byte: its character is not ASCII */

constexpr Classes LETTER = UPPER | LOWER | CASELESS;
constexpr Classes WHITE = SPACE | BLANK | NEWLINE;
constexpr Classes PUNCTUATION = QUOTE | SLASH | SYMBOL; /* P and S */

/** Classes of the 128 ASCII characters, then WIDE. */
extern const Classes byte_classes[256];

/** A character's class in the first group. */
Classes classes_of(char32_t c);

/** Reads the character that `data` begins with, of at most `size` bytes, which is not ASCII. */
char32_t wide_character(const char *data, std::size_t size, std::size_t &len);

/** Returns the number of the lowest bit that is set. `bits` is not 0. */
inline unsigned lowest_bit(std::uint64_t bits)
{
#ifdef __GNUC__
    return static_cast<unsigned>(__builtin_ctzll(bits));
#else
    unsigned n = 0;
    for (; !(bits & 1); bits >>= 1)
        n++;
    return n;
#endif
}

/** Counts the ASCII letters, or lower-case letters only, that eight bytes begin with. */
template <bool MIXED_CASE> std::size_t count_letters(const char *eight)
{
    constexpr std::uint64_t ONES = 0x0101010101010101, HIGH = 0x8080808080808080;
    /* One expression, which compilers turn into one load. */
    auto byte = [eight](int i) { return std::uint64_t{static_cast<unsigned char>(eight[i])}; };
    std::uint64_t bytes = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24 | byte(4) << 32 |
                          byte(5) << 40 | byte(6) << 48 | byte(7) << 56;
    /* The highest bit of each byte says how the other seven compare. */
    std::uint64_t low = (MIXED_CASE ? bytes | 0x20 * ONES : bytes) & ~HIGH;
    std::uint64_t from_a = low + (0x80 - 'a') * ONES, above_z = low + (0x7f - 'z') * ONES;
    std::uint64_t others = ~(from_a & ~above_z & ~bytes) & HIGH;
    return others == 0 ? 8 : lowest_bit(others) / 8;
}

/** text[0, end) with the classes of a family: its refine(c, classes) refines those of a character
 *  that is not ASCII. */
template <typename Family> class ScanText
{
public:
    ScanText(const char *text, std::size_t end) : text_(text), end_(end)
    {
    }

    /** Returns the classes of the character at `at`, and its length. */
    Classes read(std::size_t at, std::size_t &len) const
    {
        len = 1;
        if (at >= end_)
            return END;
        Classes classes = byte_classes[static_cast<unsigned char>(text_[at])];
        return classes == WIDE ? read_wide(at, len) : classes;
    }

    /** Returns the end of the run of characters of `set` at `at`. */
    std::size_t skip(std::size_t at, Classes set) const
    {
        std::size_t len = 0;
        while (read(at, len) & set)
            at += len;
        return at;
    }

    /** The same for a set whose ASCII characters are the letters, or the lower-case ones. */
    template <bool MIXED_CASE> std::size_t skip_letters(std::size_t at, Classes set) const
    {
        std::size_t n = 8;
        while (n == 8 && at < end_ && end_ - at > 8) {
            n = count_letters<MIXED_CASE>(text_ + at);
            at += n;
        }
        return n < 8 && is_ascii(at) ? at : skip(at, set);
    }

    /** Finds a word of 1 to 15 ASCII letters; unless MIXED_CASE, lower-case ones, with or without
     *  one in upper case before them. A space may stand in front, and an ASCII character other than
     *  these and the apostrophe must follow. In every family it is a pre-token. Returns its end, or
     *  0 if there is none or the text is too short to look. */
    template <bool MIXED_CASE> std::size_t short_word_end(std::size_t at) const
    {
        if (end_ - at < 19)
            return 0;
        /* Two calls: a branch that is predicted does not wait for the byte, an addition does. */
        return text_[at] == ' ' ? capitalized_end<MIXED_CASE>(at + 1)
                                : capitalized_end<MIXED_CASE>(at);
    }

    std::size_t skip_ascii_letters(std::size_t at) const
    {
        while (is_ascii_letter(at))
            at++;
        return at;
    }

    bool is_ascii_letter(std::size_t at) const
    {
        return byte_classes[static_cast<unsigned char>(byte(at))] & LETTER;
    }

    bool is_ascii(std::size_t at) const
    {
        return static_cast<unsigned char>(byte(at)) < 0x80;
    }

    /** Returns the byte at `at`, or a null byte at the end. */
    char byte(std::size_t at) const
    {
        return at < end_ ? text_[at] : '\0';
    }

private:
    template <bool MIXED_CASE> std::size_t capitalized_end(std::size_t at) const
    {
        bool is_capital = !MIXED_CASE && text_[at] >= 'A' && text_[at] <= 'Z';
        return is_capital ? short_letters_end<MIXED_CASE>(at + 1)
                          : short_letters_end<MIXED_CASE>(at);
    }

    template <bool MIXED_CASE> std::size_t short_letters_end(std::size_t at) const
    {
        std::size_t n = count_letters<MIXED_CASE>(text_ + at);
        if (n == 8)
            n += count_letters<MIXED_CASE>(text_ + at + 8);
        auto behind = static_cast<unsigned char>(text_[at + n]);
        return n - 1 < 15 && behind < 0x80 && behind != '\'' ? at + n : 0;
    }

    Classes read_wide(std::size_t at, std::size_t &len) const
    {
        char32_t c = wide_character(text_ + at, end_ - at, len);
        return Family::refine(c, classes_of(c));
    }

    const char *text_;
    std::size_t end_;
};

} // namespace calib_tj

#endif
