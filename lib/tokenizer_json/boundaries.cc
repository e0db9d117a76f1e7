/* SPDX-License-Identifier: MIT */
#include "boundaries.h"

#include "adapter/utf8.h"
#include "added.h"
#include "scanner.h"
#include "unicode.h"

#include <calib.h>

#include <algorithm>

namespace calib_tj
{

namespace
{

/* Of two neighbours that each decide alone if they are in a match. */
Relation of_matches(Behavior behavior, bool left, bool right)
{
    if (!left && !right)
        return Relation::gap;
    if (left && right)
        switch (behavior) {
        case Behavior::isolated:
        case Behavior::removed: return Relation::apart;
        case Behavior::contiguous: return Relation::gap;
        default: return Relation::joined;
        }
    switch (behavior) {
    case Behavior::merged_with_previous: return left ? Relation::apart : Relation::joined;
    case Behavior::merged_with_next: return right ? Relation::apart : Relation::joined;
    default: return Relation::apart;
    }
}

/* Isolated and Removed split at the same places, whatever is taken for the match. */
bool is_inverted(const PreTokenizerStep &step)
{
    return step.invert && step.behavior != Behavior::isolated && step.behavior != Behavior::removed;
}

Relation apart_or_gap(bool apart)
{
    return apart ? Relation::apart : Relation::gap;
}

/* Whitespace: words, and runs of what is neither in a word nor white space. */
int word_class(char32_t c)
{
    if (is_word(c))
        return 1;
    return is_white_space(c) ? 0 : 2;
}

} // namespace

int Boundaries::add_regex(std::string_view pattern, const PreTokenizerStep &step)
{
    auto regex = std::make_unique<Regex>();
    int status = regex->compile(pattern);
    if (!status)
        stages_.push_back(
            {Kind::split_regex, step.behavior, is_inverted(step), NO_CHARACTER, std::move(regex)});
    return status;
}

int Boundaries::add(const PreTokenizerStep &step, bool first)
{
    std::vector<char32_t> text;
    switch (step.kind) {
    case Kind::byte_level:
        prefixes_ |= step.add_prefix_space;
        if (step.add_prefix_space && !first)
            why_not_ = "a space is put in front of every part that a step has split";
        return step.use_regex ? add_regex(GPT2_PATTERN, PreTokenizerStep{}) : CALIB_OK;
    case Kind::split_regex: return add_regex(step.pattern, step);
    case Kind::split_string:
        if (!characters(step.pattern, text) || text.size() != 1)
            why_not_ = "the text is split at a string of several characters";
        else
            stages_.push_back({step.kind, step.behavior, is_inverted(step), text[0], nullptr});
        return CALIB_OK;
    case Kind::digits:
        stages_.push_back({step.kind,
                           step.individual_digits ? Behavior::isolated : Behavior::contiguous,
                           false, NO_CHARACTER, nullptr});
        return CALIB_OK;
    case Kind::metaspace:
        prefixes_ |= step.prepend == PreTokenizerStep::Prepend::always;
        if (!first)
            why_not_ = "a Metaspace follows another step";
        if (!characters(step.replacement, text) || text.size() != 1)
            return CALIB_OK;
        replacement_ = text[0];
        if (step.split)
            stages_.push_back({step.kind, Behavior::merged_with_next, false, text[0], nullptr});
        return CALIB_OK;
    case Kind::punctuation:
    case Kind::whitespace:
    case Kind::whitespace_split:
        stages_.push_back({step.kind, step.behavior, false, NO_CHARACTER, nullptr});
        return CALIB_OK;
    }
    return CALIB_OK;
}

int Boundaries::build(const std::vector<PreTokenizerStep> &steps)
{
    for (std::size_t i = 0; i < steps.size(); i++) {
        int status = add(steps[i], i == 0);
        if (status)
            return status;
    }
    return CALIB_OK;
}

Relation Boundaries::of_regex(const Stage &stage, char32_t left, char32_t right)
{
    const Regex &regex = *stage.regex;
    std::uint32_t l = regex.kind_of(left), r = regex.kind_of(right);
    bool single = stage.behavior == Behavior::isolated || stage.behavior == Behavior::removed;
    if (single && regex.is_run(l, r))
        return Relation::gap;
    if (!regex.is_apart(l, r))
        return Relation::joined;
    if (single)
        return regex.is_cut(l, r) ? Relation::apart : Relation::gap;
    MatchStatus l_status = regex.match_status(l), r_status = regex.match_status(r);
    if (l_status == MatchStatus::either || r_status == MatchStatus::either)
        return Relation::joined;
    return of_matches(stage.behavior, (l_status == MatchStatus::always) != stage.invert,
                      (r_status == MatchStatus::always) != stage.invert);
}

Relation Boundaries::of_stage(const Stage &stage, char32_t left, char32_t right)
{
    switch (stage.kind) {
    case Kind::split_regex: return of_regex(stage, left, right);
    case Kind::split_string:
        return of_matches(stage.behavior, (left == stage.character) != stage.invert,
                          (right == stage.character) != stage.invert);
    case Kind::digits: return of_matches(stage.behavior, is_numeric(left), is_numeric(right));
    case Kind::punctuation:
        return of_matches(stage.behavior, is_punctuation(left), is_punctuation(right));
    case Kind::whitespace: return apart_or_gap(word_class(left) != word_class(right));
    case Kind::whitespace_split: return apart_or_gap(is_white_space(left) || is_white_space(right));
    case Kind::metaspace: return apart_or_gap(right == stage.character);
    case Kind::byte_level: break;
    }
    return Relation::joined;
}

bool Boundaries::drops_space() const
{
    return std::any_of(stages_.begin(), stages_.end(), [](const Stage &stage) {
        return stage.kind == Kind::whitespace || stage.kind == Kind::whitespace_split;
    });
}

/* Each step works inside the pieces of the one before it. Behind Metaspace, which can only be the
 * first one, they see its character for spaces. */
Relation Boundaries::relation(char32_t left, char32_t right) const
{
    left = shown(left);
    right = shown(right);
    for (const Stage &stage : stages_) {
        Relation found = of_stage(stage, left, right);
        if (found != Relation::gap)
            return found;
    }
    return Relation::gap;
}

} // namespace calib_tj
