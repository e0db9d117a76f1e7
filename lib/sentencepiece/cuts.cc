/* SPDX-License-Identifier: MIT */
#include "cuts.h"

#include <algorithm>

namespace calib_sp
{

namespace
{

char32_t escaped(char32_t c)
{
    return c == ' ' ? SPACE : c;
}

} // namespace

Cuts::Forms &Cuts::forms(char32_t c)
{
    std::uint32_t &i = form_of_.at(c);
    if (i == 0) {
        i = static_cast<std::uint32_t>(forms_.size());
        forms_.emplace_back();
        flags_.at(c) |= SPECIAL;
    }
    return forms_[i];
}

void Cuts::add_raw_pair(char32_t left, char32_t right)
{
    if (!raw_pairs_.insert(left, right))
        return;
    flags_.at(left) |= SPECIAL;
    flags_.at(right) |= SPECIAL;
}

void Cuts::add_pieces(const Model &model)
{
    std::vector<char32_t> text;
    for (const Piece &piece : model.pieces) {
        if (!piece.in_texts() || !characters(piece.text, text))
            continue;
        /* Not escaped: a normalized text has no space, so a piece " " makes no character known.
         * Newer libraries treat a character whose piece is unused as unknown. */
        if (text.size() == 1 && piece.kind != Kind::unused)
            flags_.at(text[0]) |= KNOWN;
        /* A char model joins characters to symbols only. */
        bool symbol = piece.kind == Kind::user_defined;
        bool joins = symbol || model.type == Type::bpe;
        for (std::size_t i = 1; joins && i < text.size(); i++) {
            char32_t left = escaped(text[i - 1]), right = escaped(text[i]);
            if (!pairs_.insert(left, right))
                continue;
            flags_.at(left) |= LEFT;
            flags_.at(right) |= RIGHT;
        }
        if (!symbol)
            continue;
        /* A symbol bypasses the rules, so its characters become themselves. */
        forms(text.front()).first_as_itself = true;
        forms(text.back()).last_as_itself = true;
        for (std::size_t i = 1; i < text.size(); i++)
            add_raw_pair(text[i - 1], text[i]);
    }
}

/* Adds what rules become that begin with this step. */
void Cuts::add_begin(const Rules::Step &step)
{
    Forms &form = forms(step.c);
    form.place = step.place;
    form.vanishes |= rules_.places()[step.place].vanishes;
    if (!step.ends_rule)
        return;
    form.first = step.first;
    form.first_as_itself = form.last_as_itself = false;
}

/* Adds what rules become that end with these steps. */
void Cuts::add_ends(const std::vector<Rules::Step> &steps)
{
    for (const Rules::Step &step : steps) {
        if (!step.ends_rule)
            continue;
        Forms &form = forms(step.c);
        if (step.last == NO_CHARACTER) {
            form.vanishes = true;
            continue;
        }
        lasts_.push_back({step.last, form.last});
        form.last = static_cast<std::uint32_t>(lasts_.size() - 1);
    }
}

/* Adds the pairs of rules from one of their characters on. */
void Cuts::add_pairs(const Rules::Step &step, PairSet &added)
{
    const std::vector<Rules::Step> &steps = rules_.places()[step.place].steps;
    if (steps.empty() || !added.insert(step.c, step.place))
        return;
    for (const Rules::Step &next : steps) {
        add_raw_pair(step.c, next.c);
        add_pairs(next, added);
    }
}

bool Cuts::add_rules(const Model &model)
{
    PairSet added;
    if (!rules_.build(model.charsmap))
        return false;
    for (const Rules::Step &step : rules_.begins()) {
        add_begin(step);
        add_pairs(step, added);
    }
    add_ends(rules_.begins());
    for (const Rules::Place &place : rules_.places())
        add_ends(place.steps);
    return true;
}

bool Cuts::build(const Model &model)
{
    trims_ = model.trims;
    byte_fallback_ = model.byte_fallback;
    forms_.resize(1);
    lasts_.resize(1);
    forms(' ');
    if (!add_rules(model)) /* first: symbols bypass the rules */
        return false;
    add_pieces(model);
    scanner_.build([this](char32_t left, char32_t right) { return allowed(left, right); });
    return true;
}

/* ---- the rule ---- */

/* The rule for characters that stand for themselves in every text. */
bool Cuts::allowed_plain(char32_t left, char32_t right) const
{
    std::uint8_t l = flags_[left], r = flags_[right];
    if ((l & LEFT) && (r & RIGHT) && pairs_.has(left, right))
        return false;
    /* The library makes one <unk> of several unknown characters in a row. */
    if (!byte_fallback_ && !((l | r) & KNOWN))
        return false;
    /* The library collapses runs of spaces and trims them at the ends of a text. */
    return !(trims_ && left == SPACE && right == SPACE);
}

/* The rule for a character in front of everything that another can become. Those that stand for
 * themselves come first, as they most often forbid a cut. */
bool Cuts::allowed_before(char32_t left, char32_t right, const Forms &r) const
{
    left = escaped(left);
    if (r.first_as_itself && !allowed_plain(left, escaped(right)))
        return false;
    if (r.first != NO_CHARACTER && !allowed_plain(left, escaped(r.first)))
        return false;
    for (char32_t first : rules_.places()[r.place].firsts)
        if (!allowed_plain(left, escaped(first)))
            return false;
    return true;
}

bool Cuts::allowed_special(char32_t left, char32_t right) const
{
    if (raw_pairs_.has(left, right))
        return false;
    const Forms &l = forms_[form_of_[left]], &r = forms_[form_of_[right]];
    if (l.vanishes || r.vanishes)
        return false;
    if (l.last_as_itself && !allowed_before(left, right, r))
        return false;
    for (std::uint32_t i = l.last; i != 0; i = lasts_[i].next)
        if (!allowed_before(lasts_[i].c, right, r))
            return false;
    return true;
}

bool Cuts::allowed(char32_t left, char32_t right) const
{
    if ((flags_[left] | flags_[right]) & SPECIAL)
        return allowed_special(left, right);
    return allowed_plain(left, right);
}

} // namespace calib_sp
