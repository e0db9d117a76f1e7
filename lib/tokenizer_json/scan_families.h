/* SPDX-License-Identifier: MIT */
/* The families' patterns as scanners: next() returns the end of the pre-token at `at`, which is
 * below the end of the text. */
#ifndef CALIB_TOKENIZER_JSON_SCAN_FAMILIES_H
#define CALIB_TOKENIZER_JSON_SCAN_FAMILIES_H

#include "scan.h"
#include "unicode.h"

#include <cstddef>

namespace calib_tj
{

/** What most families have in common; each hides what it has otherwise. */
struct Common {
    static constexpr bool WORDS_MIX_CASE = true;
    static constexpr Classes PUNCTUATION = calib_tj::PUNCTUATION | MARK | OTHER;
    static constexpr Classes BEHIND_PUNCTUATION = NEWLINE;
    static constexpr bool ENDS_LINES = true;
    static constexpr Classes ENDS_TEXT = 0;
    static constexpr bool ANY_BEFORE_WORD = true; /* else a space only */
    static constexpr std::size_t MOST_DIGITS = 3; /* 0: any number */
    static constexpr bool SPACE_BEFORE_NUMBER = false;
    static constexpr bool HAS_CONTRACTIONS = true;

    static Classes refine(char32_t, Classes classes)
    {
        return classes;
    }
};

/** GPT-2. */
struct Gpt2 : Common {
    static constexpr Classes BEHIND_PUNCTUATION = 0;
    static constexpr bool ENDS_LINES = false;
    static constexpr bool ANY_BEFORE_WORD = false;
    static constexpr std::size_t MOST_DIGITS = 0;
    static constexpr bool SPACE_BEFORE_NUMBER = true;

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        Classes first = text.read(at, len);
        if (first == QUOTE)
            if (std::size_t n = contraction<Contraction::exact>(text, at))
                return at + n;
        std::size_t begin = first == SPACE ? at + 1 : at;
        if (first == SPACE)
            first = text.read(begin, len);
        if (first & LETTER)
            return text.skip(begin + len, LETTER);
        if (first & NUMBER & ~Family::ENDS_TEXT)
            return text.skip(begin + len, NUMBER);
        if (first & PUNCTUATION)
            return text.skip(begin + len, PUNCTUATION);
        return white_space_end(text, at);
    }
};

/** Digits, each apart, then GPT-2: StarCoder, SmolLM, Command-R, Granite. */
struct StarCoder : Gpt2 {
    static constexpr Classes ENDS_TEXT = NUMBER;
    static constexpr std::size_t MOST_DIGITS = 1;
    static constexpr bool SPACE_BEFORE_NUMBER = false;

    /* The step Digits knows newer numbers, which are unassigned in the pattern. */
    static Classes refine(char32_t c, Classes classes)
    {
        return classes == OTHER && is_numeric(c) ? NUMBER : classes;
    }

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        return text.read(at, len) & NUMBER ? at + len : Gpt2::next(text, at);
    }
};

/** CL100K with \p{N}{1,DIGITS}. */
template <std::size_t DIGITS> struct Cl100k : Common {
    static constexpr std::size_t MOST_DIGITS = DIGITS;
    static constexpr Classes BEFORE_WORD = ~(LETTER | NUMBER | NEWLINE);
    static constexpr Classes WORD = LETTER;

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        Classes first = text.read(at, len);
        if (first == QUOTE)
            if (std::size_t n = contraction<Contraction::any_case>(text, at))
                return at + n;
        if (auto end = word_end(text, at, first, len, Family::BEFORE_WORD, Family::WORD))
            return end;
        if (first & NUMBER)
            return number_end(text, at, MOST_DIGITS);
        if (auto end = punctuation_end(text, at, first))
            return end;
        return white_space_end(text, at);
    }
};

/** Seed-Coder: CL100K without line breaks behind punctuation. */
struct SeedCoder : Cl100k<1> {
    static constexpr Classes BEHIND_PUNCTUATION = 0;
};

/** Qwen 3.5: marks join letters. */
struct Qwen35 : Cl100k<1> {
    static constexpr Classes WORD = LETTER | MARK;
    static constexpr Classes PUNCTUATION = calib_tj::PUNCTUATION | OTHER;
};

/** O200K. A word is lower case behind upper case; characters without case are both. */
template <Contraction BEHIND_WORD, std::size_t DIGITS> struct O200k : Common {
    static constexpr std::size_t MOST_DIGITS = DIGITS;
    static constexpr bool WORDS_MIX_CASE = false;
    static constexpr bool HAS_CONTRACTIONS = BEHIND_WORD != Contraction::none;
    static constexpr Classes BEFORE_WORD = ~(LETTER | NUMBER | NEWLINE | HAN);
    static constexpr Classes UPPERS = UPPER | CASELESS | MARK;
    static constexpr Classes LOWERS = LOWER | CASELESS | MARK;
    static constexpr Classes BEHIND_PUNCTUATION = NEWLINE | SLASH;

    /* `UPPERS*LOWERS+` at `at`. If no LOWER follows the first run, the run gives back its end up to
     * the last character that is in both sets: there the second run is that character. */
    template <typename Family>
    static std::size_t mixed_end(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0, both_end = 0;
        Classes classes = text.read(at, len);
        for (; classes & UPPERS; classes = text.read(at, len)) {
            at += len;
            if (classes & LOWERS)
                both_end = at;
        }
        return classes & LOWER ? text.skip(at + len, LOWERS) : both_end;
    }

    /* The two alternatives for words, each with and without a character in front. The second one,
     * `UPPERS+LOWERS*`, is reached only where no LOWERS follow. */
    template <typename Family>
    static std::size_t cased_end(const ScanText<Family> &text, std::size_t at, Classes first,
                                 std::size_t len)
    {
        std::size_t begin = first & BEFORE_WORD ? at + len : at;
        if (begin > at)
            if (std::size_t end = mixed_end(text, begin))
                return end;
        if (first & (UPPERS | LOWERS))
            if (std::size_t end = mixed_end(text, at))
                return end;
        std::size_t end = text.skip(begin, UPPERS);
        return end > begin ? end : 0;
    }

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        Classes first = text.read(at, len);
        if (std::size_t end = cased_end(text, at, first, len)) {
            bool is_before_quote = BEHIND_WORD != Contraction::none && text.byte(end) == '\'';
            return is_before_quote ? end + contraction<BEHIND_WORD>(text, end) : end;
        }
        if (first & NUMBER)
            return number_end(text, at, MOST_DIGITS);
        if (auto end = punctuation_end(text, at, first))
            return end;
        return white_space_end(text, at);
    }
};

/** Kimi: runs of Han, whatever else they are, then O200K without them in words. */
struct Kimi : O200k<Contraction::any_case, 3> {
    static constexpr Classes BEHIND_PUNCTUATION = NEWLINE;

    /* A letter is in no other set, a number is still one, all else may be in punctuation. */
    static Classes refine(char32_t c, Classes classes)
    {
        if (!is_han(c))
            return classes;
        return classes & LETTER ? HAN : classes & NUMBER ? HAN | NUMBER : HAN | OTHER;
    }

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        return text.read(at, len) & HAN ? text.skip(at + len, HAN) : O200k::next(text, at);
    }
};

/** DeepSeek V3: three Splits. The first two part numbers and CJK from the rest, which is split as
 * if the text ended there. What the third does not match is a pre-token as well. */
struct DeepSeek : Common {
    static constexpr bool HAS_CONTRACTIONS = false;
    static constexpr Classes BEFORE_WORD = OTHER | SPACE | BLANK;
    static constexpr Classes WORD = LETTER | MARK;
    static constexpr Classes PUNCTUATION = calib_tj::PUNCTUATION;
    static constexpr Classes CJK = CJK_WORD | CJK_SYMBOL | CJK_OTHER;
    static constexpr Classes ENDS_TEXT = NUMBER | CJK;

    /* `[一-龥぀-ゟ゠-ヿ]` */
    static Classes refine(char32_t c, Classes classes)
    {
        bool is_cjk = (c >= 0x4e00 && c <= 0x9fa5) || (c >= 0x3040 && c <= 0x30ff);
        if (!is_cjk || (classes & NUMBER))
            return classes;
        return classes & WORD ? CJK_WORD : classes & PUNCTUATION ? CJK_SYMBOL : CJK_OTHER;
    }

    /* Returns the end of the run of `others` at `at`, of which the first begins no match; the first
     * later one that stands before a word does. */
    template <typename Family>
    static std::size_t gap_end(const ScanText<Family> &text, std::size_t at, Classes others,
                               Classes word)
    {
        std::size_t len = 0, next_len = 0;
        text.read(at, len);
        do
            at += len;
        while ((text.read(at, len) & others) && !(text.read(at + len, next_len) & word));
        return at;
    }

    template <typename Family>
    static std::size_t cjk_end(const ScanText<Family> &text, std::size_t at, Classes first,
                               std::size_t len)
    {
        std::size_t second_len = 0;
        if (first & CJK_SYMBOL)
            return text.skip(at + len, CJK_SYMBOL);
        if ((first & CJK_OTHER) && !(text.read(at + len, second_len) & CJK_WORD))
            return gap_end(text, at, CJK_OTHER, CJK_WORD);
        return text.skip(at + len, CJK_WORD);
    }

    template <typename Family> static std::size_t next(const ScanText<Family> &text, std::size_t at)
    {
        std::size_t len = 0;
        Classes first = text.read(at, len);
        if (first & NUMBER)
            return number_end(text, at, MOST_DIGITS);
        if (first & CJK)
            return cjk_end(text, at, first, len);
        if (first & PUNCTUATION && text.is_ascii(at) && text.is_ascii_letter(at + 1))
            return text.skip_ascii_letters(at + 1);
        if (auto end = word_end(text, at, first, len, BEFORE_WORD, WORD))
            return end;
        if (auto end = punctuation_end(text, at, first))
            return end;
        return first & WHITE ? white_space_end(text, at) : gap_end(text, at, OTHER, WORD);
    }
};

} // namespace calib_tj

#endif
