/* SPDX-License-Identifier: MIT */
/* The normalization rules of a model, read character by character. Rules that end alike share the
 * places where they do: NFKC has 225,000 rules, but only a tenth as many places. */
#ifndef CALIB_SENTENCEPIECE_RULES_H
#define CALIB_SENTENCEPIECE_RULES_H

#include "adapter/cut_tables.h"
#include "charsmap.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace calib_sp
{

class Rules
{
public:
    /** A character of a rule, and where it leads. */
    struct Step {
        char32_t c;
        std::uint32_t place;
        bool ends_rule;
        char32_t first, last; /* of the replacement if it ends one; NO_CHARACTER: there is none */
    };

    /** The rules that begin with the characters that lead here, from here on. */
    struct Place {
        std::vector<Step> steps;
        std::vector<char32_t> firsts; /* what the replacements begin with, each once */
        bool vanishes = false;        /* one of the replacements is empty */
        unsigned nested = 0;          /* the largest number of rules that begin with one another */
    };

    /** Returns false if a rule is not UTF-8, or if too many begin with one another for the library,
     *  or if the trie is damaged. */
    bool build(const Charsmap &charsmap);

    /** The characters that rules begin with; empty if there are no rules. */
    const std::vector<Step> &begins() const
    {
        return begins_;
    }

    const std::vector<Place> &places() const
    {
        return places_;
    }

private:
    /* The first bytes of a character. */
    struct Bytes {
        char text[4];
        std::size_t n;
    };

    bool read_place(std::size_t base, std::uint32_t &place);
    bool read_steps(std::size_t base, const Bytes &begun, std::vector<Step> &steps);
    bool read_step(const Charsmap::Child &child, std::string_view bytes, Step &step);
    void list_firsts(std::uint32_t number, Place &read);

    Charsmap::Children children_;
    std::vector<std::uint32_t> known_; /* places by base, or what rules.cc says */
    std::vector<Place> places_; /* the first is the end of rules with which no other begins */
    std::vector<Step> begins_;
    /* Scratch: */
    std::vector<char32_t> replacement_;
    std::unique_ptr<CharacterTable<std::uint32_t>> listed_; /* the last place that lists it */
    unsigned depth_ = 0;
};

} // namespace calib_sp

#endif
