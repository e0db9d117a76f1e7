/* SPDX-License-Identifier: MIT */
/* Scanning up to 64 characters of ASCII at a time. Each class is a set of offsets, the bits of a
 * number; shifted sets tell where pre-tokens begin. A branch on the class of each character would
 * be mispredicted at most words. */
#ifndef CALIB_TOKENIZER_JSON_SCAN_BLOCK_H
#define CALIB_TOKENIZER_JSON_SCAN_BLOCK_H

#include "scan_text.h"

#include "adapter/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace calib_tj
{

/** A set of offsets in a block. */
using Offsets = std::uint64_t;

constexpr std::size_t BLOCK_SIZE = 64;

/** The smallest number of ASCII characters in front that is worth the reading of a block. */
constexpr std::size_t LEAST_IN_BLOCK = 16;

/** The characters of a block by their classes. What is in none of the sets is punctuation. */
struct BlockSets {
    Offsets upper, lower, number, space, blank, newline, quote, other;
};

/** Reads a block of which the first `n` characters are ASCII; those behind them may be missing. */
BlockSets read_block(const char *text, std::size_t n);

/** Where a family's pre-tokens begin in a block that begins with one. The characters of the block
 *  tell it, up to the first offset where something rare stands. */
template <typename Family> class ScanBlock
{
public:
    /** Reads BLOCK_SIZE bytes. */
    explicit ScanBlock(const char *text) : text_(text), n_ascii_(skip_ascii({text, BLOCK_SIZE}, 0))
    {
        if (n_ascii_ < LEAST_IN_BLOCK)
            return;
        sets_ = read_block(text, n_ascii_);
        letters_ = sets_.upper | sets_.lower;
        blanks_ = sets_.space | sets_.blank;
        white_ = blanks_ | sets_.newline;
        punctuation_ = ~(letters_ | sets_.number | white_ | sets_.other);
        n_known_ = lowest_bit(doubts());
    }

    /** Returns true if nothing rare is in the block. */
    bool is_known() const
    {
        return n_known_ == BLOCK_SIZE - 1;
    }

    /** Returns the offsets behind 0 and before the first one that is not known. */
    Offsets begins() const
    {
        if (n_known_ == 0)
            return 0;
        Offsets all = words() | numbers() | punctuation() | white_space();
        return all & (bit(n_known_) - 1) & ~bit(0);
    }

private:
    static Offsets bit(std::size_t offset)
    {
        return Offsets{1} << offset;
    }

    /* Letters behind a character that they do not join. */
    Offsets words() const
    {
        /* Punctuation joins a word if it is one character, which then begins a pre-token. */
        Offsets before = Family::ANY_BEFORE_WORD ? blanks_ | punctuation() : sets_.space;
        Offsets begins = letters_ & ~((letters_ | before) << 1);
        return Family::WORDS_MIX_CASE ? begins : begins | (sets_.upper & sets_.lower << 1);
    }

    Offsets numbers() const
    {
        constexpr std::size_t MOST = Family::MOST_DIGITS;
        Offsets number = sets_.number;
        Offsets before = Family::SPACE_BEFORE_NUMBER ? number | sets_.space : number;
        Offsets begins = number & ~(before << 1), inside = number;
        if (MOST == 0)
            return begins;
        for (std::size_t i = 1; i < MOST; i++)
            inside &= number << i;
        for (Offsets next = begins << MOST & inside; next; next = next << MOST & inside)
            begins |= next;
        return begins;
    }

    Offsets punctuation() const
    {
        return punctuation_ & ~((punctuation_ | sets_.space) << 1);
    }

    /* A run before another character leaves its last one to it. */
    Offsets white_space() const
    {
        constexpr bool NUMBER_ENDS_TEXT = (Family::ENDS_TEXT & NUMBER) != 0;
        Offsets run_goes_on = white_ | (NUMBER_ENDS_TEXT ? sets_.number : 0);
        if (!Family::ENDS_LINES)
            return white_ & ~(white_ << 1 & run_goes_on >> 1);
        Offsets before = white_ | (Family::BEHIND_PUNCTUATION & NEWLINE ? punctuation_ : 0);
        return (sets_.newline & ~(before << 1)) | (blanks_ & ~(blanks_ << 1 & run_goes_on >> 1));
    }

    /* The lowest of these is the first offset at which the sets do not tell if a pre-token begins:
     * some patterns have something else to say there. */
    Offsets doubts() const
    {
        Offsets last = bit(n_ascii_ - 1); /* it is not known what is behind it */
        Offsets doubts = last | sets_.other;
        if (Family::HAS_CONTRACTIONS)
            doubts |= sets_.quote & letters_ >> 1;
        if (Family::ENDS_LINES)
            doubts |= first_open_blank();
        if (Family::BEHIND_PUNCTUATION & SLASH)
            doubts |= first_slash_behind_line();
        return doubts;
    }

    /* Blanks behind a line break belong to it if another one follows. */
    Offsets first_open_blank() const
    {
        std::size_t n = std::min(n_ascii_, BLOCK_SIZE - 1);
        Offsets inside = blanks_ & (bit(n) - 1), first = inside & sets_.newline << 1;
        Offsets ends = (inside + first) & ~inside; /* a carry runs through each run */
        Offsets open = ends & (sets_.newline | bit(n));
        if (!open)
            return 0;
        first &= (open & (~open + 1)) - 1;
        while (first & (first - 1)) /* the last of these */
            first &= first - 1;
        return first;
    }

    /* Line breaks behind punctuation take slashes with them. */
    Offsets first_slash_behind_line() const
    {
        for (Offsets left = punctuation_ & sets_.newline << 1; left; left &= left - 1)
            if (text_[lowest_bit(left)] == '/')
                return left;
        return 0;
    }

    const char *text_;
    std::size_t n_ascii_, n_known_ = 0;
    BlockSets sets_ = {};
    Offsets letters_ = 0, blanks_ = 0, white_ = 0;
    Offsets punctuation_ = 0; /* and all from n_ascii_ on, which is never known */
};

} // namespace calib_tj

#endif
