/* SPDX-License-Identifier: MIT */
/* What two neighbours of a text become when it is normalized, as far as these two decide it. */
#ifndef CALIB_TOKENIZER_JSON_CHARACTER_MAP_H
#define CALIB_TOKENIZER_JSON_CHARACTER_MAP_H

#include "regex.h"
#include "spec.h"

#include <memory>
#include <vector>

namespace calib_tj
{

class CharacterMap
{
public:
    /** 0, E_UNSUPPORTED; throws std::bad_alloc. */
    int build(const std::vector<NormalizerStep> &steps);

    /** Replaces two neighbours by what they become. Returns false if that is not decided by them
     *  alone, if one of them becomes nothing, or if a text cut between them could be normalized to
     *  another one. What `right` becomes may still depend on the character behind it: see
     *  composes(). */
    bool map(char32_t &left, char32_t &right) const;

    /** Returns true if a character can become another one through the one behind it, unless that
     *  one is_settled(). */
    bool composes() const
    {
        return composes_;
    }

    /** Returns true if the character does not act on the one before it. */
    bool is_settled(char32_t c) const;

    /** Returns true if a text of which every character is_settled() is its own normalized form, but
     *  for what is put in front. */
    bool is_identity() const;

private:
    struct Step {
        NormalizerStep::Kind kind;
        std::vector<char32_t> pattern, content;
        std::unique_ptr<Regex> regex;
        bool single; /* bert_unaccent: what becomes several characters decides nothing */
    };

    static bool map_string(const Step &step, char32_t &c);
    static bool map_regex(const Step &step, char32_t &left, char32_t &right);
    static bool map_lowercase(char32_t &c);
    static bool map_clean(char32_t &c);
    static bool map_unaccent(char32_t c, std::vector<char32_t> &to);
    static bool map_unaccent(const Step &step, char32_t &left, char32_t &right);
    static bool map_step(const Step &step, char32_t &left, char32_t &right);

    std::vector<Step> steps_;
    bool composes_ = false;
};

} // namespace calib_tj

#endif
