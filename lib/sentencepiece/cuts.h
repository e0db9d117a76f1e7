/* SPDX-License-Identifier: MIT */
/* Decides where a text may be cut without changing an id, from the model; docs/tokenizing.md has
 * the proof. The answer depends only on the two characters beside the place. */
#ifndef CALIB_SENTENCEPIECE_CUTS_H
#define CALIB_SENTENCEPIECE_CUTS_H

#include "adapter/cut_tables.h"
#include "model.h"
#include "rules.h"

#include <cstdint>
#include <unordered_map>

namespace calib_sp
{

class Cuts
{
public:
    /** Builds the tables of a model for which why_whole() gives no reason. Returns false if its
     *  normalization rules are not UTF-8: then there are no cuts. */
    bool build(const Model &model);

    /** Returns true if every text may be cut between these two characters. */
    bool allowed(char32_t left, char32_t right) const;

    /** Writes the offsets of cuts in `text`, at most `cap`, and returns their number. */
    std::size_t scan(std::string_view text, std::size_t *offsets, std::size_t cap) const
    {
        return scanner_.scan(text, offsets, cap, [this](char32_t left, char32_t right) {
            return allowed(left, right);
        });
    }

private:
    /* The characters that a character can become when a text is normalized: first characters of the
     * replacements of texts that begin with it, last characters of those that end with it. A rule
     * or symbol of several characters gives it more than one. */
    struct Forms {
        std::vector<char32_t> first, last;
        bool vanishes = false; /* a text that begins or ends with it is replaced by nothing */
        bool as_itself = true; /* no rule replaces it if it stands alone */
    };

    enum Flag : std::uint8_t {
        LEFT = 1,    /* the left one of a pair inside a piece */
        RIGHT = 2,   /* the right one */
        KNOWN = 4,   /* a piece of its own */
        SPECIAL = 8, /* has forms, or stands beside another inside a rule or symbol */
    };

    void add_pieces(const Model &model);
    void add_raw_pair(char32_t left, char32_t right);
    bool add_rules(const Model &model);
    void add_ends(const std::vector<Rules::Step> &steps);
    void add_pairs(const Rules &rules, const Rules::Step &step, PairSet &added);
    Forms &forms(char32_t c);
    bool allowed_plain(char32_t left, char32_t right) const;
    bool allowed_special(char32_t left, char32_t right) const;

    bool trims_ = false;
    bool byte_fallback_ = false;
    PairSet pairs_;     /* inside pieces, normalized */
    PairSet raw_pairs_; /* inside rules and symbols, as they stand in a text */
    std::unordered_map<char32_t, Forms> forms_;
    CharacterFlags flags_;
    CutScanner scanner_;
};

} // namespace calib_sp

#endif
