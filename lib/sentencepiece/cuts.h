/* SPDX-License-Identifier: MIT */
/* Decides where a text may be cut without changing an id, from the model; docs/proofs.md has
 * the proof. The answer depends only on the two characters beside the place. */
#ifndef CALIB_SENTENCEPIECE_CUTS_H
#define CALIB_SENTENCEPIECE_CUTS_H

#include "adapter/cut_tables.h"
#include "model.h"
#include "rules.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

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
    /* The characters that a character can become when a text is normalized: the first ones of what
     * replaces texts that begin with it, the last ones of what replaces texts that end with it. A
     * rule or symbol of several characters gives it more than one. */
    struct Forms {
        bool first_as_itself = true; /* no rule replaces it if it stands alone, or a symbol begins
                                        with it */
        bool last_as_itself = true;
        bool vanishes = false; /* a text that begins or ends with it is replaced by nothing */
        char32_t first = NO_CHARACTER; /* of the rule that is this character */
        std::uint32_t place = 0;       /* of the longer rules that begin with it: their firsts */
        std::uint32_t last = 0;        /* in lasts_; 0: none */
    };

    struct Last {
        char32_t c;
        std::uint32_t next; /* in lasts_; 0: none */
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
    void add_begin(const Rules::Step &step);
    void add_ends(const std::vector<Rules::Step> &steps);
    void add_pairs(const Rules::Step &step, PairSet &added);
    Forms &forms(char32_t c);
    bool allowed_plain(char32_t left, char32_t right) const;
    bool allowed_before(char32_t left, char32_t right, const Forms &r) const;
    bool allowed_special(char32_t left, char32_t right) const;

    bool trims_ = false;
    bool byte_fallback_ = false;
    PairSet pairs_;     /* inside pieces, normalized */
    PairSet raw_pairs_; /* inside rules and symbols, as they stand in a text */
    Rules rules_;
    CharacterTable<std::uint32_t> form_of_; /* in forms_ */
    std::vector<Forms> forms_;              /* the first is of those that stand for themselves */
    std::vector<Last> lasts_;               /* the first is none */
    CharacterFlags flags_;
    CutScanner scanner_;
};

} // namespace calib_sp

#endif
