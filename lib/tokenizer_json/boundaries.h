/* SPDX-License-Identifier: MIT */
/* Where the pre-tokenizer splits every text, as far as two neighbours decide it. */
#ifndef CALIB_TOKENIZER_JSON_BOUNDARIES_H
#define CALIB_TOKENIZER_JSON_BOUNDARIES_H

#include "regex.h"
#include "spec.h"

#include <memory>
#include <vector>

namespace calib_tj
{

/** What a step, or several, do with two neighbours. */
enum class Relation {
    apart,  /* always split, and neither side can be told from an end of the text */
    gap,    /* if not split, then in a piece that may be shorter and changes nothing else */
    joined, /* anything else */
};

class Boundaries
{
public:
    /** Returns 0, E_UNSUPPORTED; throws std::bad_alloc. After success, why_not() may give a reason
     *  why nothing is known. */
    int build(const std::vector<PreTokenizerStep> &steps);

    const char *why_not() const
    {
        return why_not_;
    }

    /** Returns true if a step splits at anything. */
    bool splits() const
    {
        return !stages_.empty();
    }

    /** Returns true if a step removes white space. */
    bool drops_space() const;

    /** What a character of the normalized text is to the model. */
    char32_t shown(char32_t c) const
    {
        return c == ' ' ? replacement_ : c;
    }

    /** Returns true if something is put in front of a text that stands behind an added token. */
    bool prefixes() const
    {
        return prefixes_;
    }

    /** What all steps together do with two neighbours of the normalized text. */
    Relation relation(char32_t left, char32_t right) const;

private:
    using Kind = PreTokenizerStep::Kind;

    struct Stage {
        Kind kind;
        Behavior behavior;
        bool invert;
        char32_t character; /* split_string of one character, metaspace */
        std::unique_ptr<Regex> regex;
    };

    int add_regex(std::string_view pattern, const PreTokenizerStep &step);
    int add(const PreTokenizerStep &step, bool first);
    static Relation of_regex(const Stage &stage, char32_t left, char32_t right);
    static Relation of_stage(const Stage &stage, char32_t left, char32_t right);

    std::vector<Stage> stages_;
    char32_t replacement_ = ' '; /* Metaspace puts it in the place of spaces */
    bool prefixes_ = false;
    const char *why_not_ = nullptr;
};

} // namespace calib_tj

#endif
