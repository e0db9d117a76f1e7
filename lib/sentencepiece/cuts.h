/* SPDX-License-Identifier: MIT */
/* Where a text may be cut without changing an id, proven from the model; docs/tokenizing.md has the
 * proof in words. The answer depends on the two characters beside the place and on nothing else. */
#ifndef CALIB_SENTENCEPIECE_CUTS_H
#define CALIB_SENTENCEPIECE_CUTS_H

#include "model.h"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace calib_sp
{

/** A set of pairs of characters: open addressing, since the scan asks it for every place outside
 *  ASCII. */
class PairSet
{
public:
    /** True when it was not there. */
    bool insert(char32_t left, char32_t right);
    bool has(char32_t left, char32_t right) const;

private:
    void grow();

    std::vector<std::uint64_t> slots_; /* 0: free */
    std::size_t n_ = 0;
};

class Cuts
{
public:
    /** The model is one that why_whole() says nothing about. False when its normalization rules are
     *  not UTF-8: then there is no place to cut. */
    bool build(const Model &model);

    /** May every text be cut between these two? */
    bool allowed(char32_t left, char32_t right) const;

    /** Offsets of places in `text`, at most `cap`. */
    std::size_t scan(std::string_view text, std::size_t *offsets, std::size_t cap) const;

private:
    /* What a character can become when the text is normalized: first characters of what begins with
     * it, last characters of what ends with it. A rule or symbol of several characters gives it
     * more than one. */
    struct Forms {
        std::vector<char32_t> first, last;
        bool vanishes = false; /* something that begins or ends with it becomes nothing */
        bool as_itself = true; /* no rule replaces it when it stands alone */
    };

    enum Flag : std::uint8_t {
        LEFT = 1,    /* left one of a pair inside a piece */
        RIGHT = 2,   /* right one */
        KNOWN = 4,   /* a piece of its own */
        SPECIAL = 8, /* has forms, or stands beside another inside a rule or symbol */
    };
    using Page = std::array<std::uint8_t, 256>;

    void add_pieces(const Model &model);
    void add_piece(const std::vector<char32_t> &text, const Piece &piece, bool joins);
    void add_symbol(const std::vector<char32_t> &text);
    void add_raw_pair(char32_t left, char32_t right);
    bool add_rules(const Model &model);
    void add_rule(const std::vector<char32_t> &key, std::size_t n_same, char32_t first,
                  char32_t last);
    void finish_forms();
    void fill_ascii();

    Forms &forms(char32_t c);
    std::uint8_t &flags(char32_t c);
    std::uint8_t flags_of(char32_t c) const
    {
        const Page *page = pages_[c >> 8].get();
        return page ? (*page)[c & 0xff] : std::uint8_t{0};
    }
    bool allowed_plain(char32_t left, char32_t right) const;
    bool allowed_special(char32_t left, char32_t right) const;
    bool scan_ascii(std::string_view text, std::size_t &at, std::size_t until, std::size_t *offsets,
                    std::size_t &n) const;

    bool trims_ = false;
    bool byte_fallback_ = false;
    PairSet pairs_;                    /* inside pieces, normalized */
    PairSet raw_pairs_;                /* inside rules and symbols, as the text has them */
    PairSet first_forms_, last_forms_; /* what is in forms_, while that is made */
    std::unordered_map<char32_t, Forms> forms_;
    std::vector<std::unique_ptr<Page>> pages_;
    std::vector<std::uint8_t> ascii_; /* [left << 7 | right] */
};

} // namespace calib_sp

#endif
