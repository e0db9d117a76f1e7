/* SPDX-License-Identifier: MIT */
/* Scanning: what the patterns of the families have in common. A family says by constants what its
 * pattern asks; the comments name the part of the pattern.
 *
 * A pattern's look-ahead is only (?!\S), behind white space. All else of a match is decided by the
 * classes of the characters from its beginning to one behind its end. */
#ifndef CALIB_TOKENIZER_JSON_SCAN_H
#define CALIB_TOKENIZER_JSON_SCAN_H

#include "scan_text.h"

#include <cstddef>

namespace calib_tj
{

enum class Contraction { none, exact, any_case };

/** Returns the length of 's 't 're 've 'm 'll 'd at `at`, where the apostrophe stands, or 0. */
template <Contraction CASE, typename Family>
std::size_t contraction(const ScanText<Family> &text, std::size_t at)
{
    /* Folds upper case; what becomes a letter otherwise is none of those below. */
    constexpr char FOLD = CASE == Contraction::any_case ? 0x20 : 0;
    auto letter = [&](std::size_t i) { return static_cast<char>(text.byte(at + i) | FOLD); };
    switch (letter(1)) {
    case 's':
    case 't':
    case 'm':
    case 'd': return 2;
    case 'r':
    case 'v': return letter(2) == 'e' ? 3 : 0;
    case 'l': return letter(2) == 'l' ? 3 : 0;
    default: break;
    }
    /* The long s, U+017F, folds to s. */
    bool is_long_s = text.byte(at + 1) == '\xc5' && text.byte(at + 2) == '\xbf';
    return CASE == Contraction::any_case && is_long_s ? 3 : 0;
}

/** `[...]?[...]+`: a run of `word`, with one character of `before` in front if a run follows it.
 *  `first` are the classes of the character at `at`, `len` is its length. 0 if there is none. */
template <typename Family>
std::size_t word_end(const ScanText<Family> &text, std::size_t at, Classes first, std::size_t len,
                     Classes before, Classes word)
{
    std::size_t second_len = 0;
    if (first & word)
        return text.skip(at + len, word);
    if (!(first & before) || !(text.read(at + len, second_len) & word))
        return 0;
    return text.skip(at + len + second_len, word);
}

/** ` ?[...]+[...]*`: a run of Family::PUNCTUATION, with a space before it and a run of
 *  Family::BEHIND_PUNCTUATION behind it. 0 if there is none. */
template <typename Family>
std::size_t punctuation_end(const ScanText<Family> &text, std::size_t at, Classes first)
{
    std::size_t begin = first == SPACE ? at + 1 : at;
    std::size_t end = text.skip(begin, Family::PUNCTUATION);
    if (end == begin)
        return 0;
    return Family::BEHIND_PUNCTUATION ? text.skip(end, Family::BEHIND_PUNCTUATION) : end;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`, the first of them only if Family::ENDS_LINES. With it, the run of
 *  white space is taken up to its last line break. Else all of it is if the text ends there or a
 *  character of Family::ENDS_TEXT follows, else all but the last character, if it has two. */
template <typename Family> std::size_t white_space_end(const ScanText<Family> &text, std::size_t at)
{
    std::size_t last = at, lines_end = 0, end = at, len = 0;
    Classes next = text.read(end, len);
    for (; next & WHITE; next = text.read(end, len)) {
        last = end;
        end += len;
        if (next == NEWLINE)
            lines_end = end;
    }
    if (Family::ENDS_LINES && lines_end)
        return lines_end;
    bool is_all = next == END || (next & Family::ENDS_TEXT);
    return is_all || last == at ? end : last;
}

/** `\p{N}{1,3}`: at most LIMIT characters of a number. */
template <typename Family>
std::size_t number_end(const ScanText<Family> &text, std::size_t at, std::size_t limit)
{
    std::size_t len = 0;
    for (std::size_t n = 0; n < limit && (text.read(at, len) & NUMBER); n++)
        at += len;
    return at;
}

} // namespace calib_tj

#endif
