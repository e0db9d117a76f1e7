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

/* The first eight are those that a ScanBlock tells apart. */
constexpr Classes UPPER = 1u << 0;    /* Lu, Lt */
constexpr Classes LOWER = 1u << 1;    /* Ll */
constexpr Classes NUMBER = 1u << 2;   /* N */
constexpr Classes SPACE = 1u << 3;    /* the space */
constexpr Classes BLANK = 1u << 4;    /* \s that is neither the space nor a line break */
constexpr Classes NEWLINE = 1u << 5;  /* CR, LF */
constexpr Classes QUOTE = 1u << 6;    /* the apostrophe of contractions */
constexpr Classes OTHER = 1u << 7;    /* C, and bytes that are not UTF-8 */
constexpr Classes CASELESS = 1u << 8; /* Lm, Lo */
constexpr Classes MARK = 1u << 9;     /* M */
constexpr Classes SLASH = 1u << 10;   /* the slash */
constexpr Classes SYMBOL = 1u << 11;  /* the rest of P and S */

/* Classes that only some families tell apart: see their refine(). */
constexpr Classes HAN = 1u << 12;
constexpr Classes CJK_WORD = 1u << 13;
constexpr Classes CJK_SYMBOL = 1u << 14;
constexpr Classes CJK_OTHER = 1u << 15;

constexpr Classes WIDE = 1u << 16; /* of a byte: its character is not ASCII */

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
