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

/* Leaves each form once. Puts the character itself first, since it most often forbids a cut, and
 * escapes spaces. */
void finish_forms(std::vector<char32_t> &forms, char32_t c, bool as_itself)
{
    sort_once(forms);
    auto itself = std::find(forms.begin(), forms.end(), c);
    if (itself != forms.end())
        std::swap(*itself, forms.front());
    else if (as_itself)
        forms.insert(forms.begin(), c);
    for (char32_t &form : forms)
        form = escaped(form);
}

} // namespace

Cuts::Forms &Cuts::forms(char32_t c)
{
    flags_.at(c) |= SPECIAL;
    return forms_[c];
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
        forms(text.front()).first.push_back(text.front());
        forms(text.back()).last.push_back(text.back());
        for (std::size_t i = 1; i < text.size(); i++)
            add_raw_pair(text[i - 1], text[i]);
    }
}

/* Adds what rules end as, if they end with these characters. */
void Cuts::add_ends(const std::vector<Rules::Step> &steps)
{
    for (const Rules::Step &step : steps) {
        if (!step.ends_rule)
            continue;
        if (step.last == NO_CHARACTER)
            forms(step.c).vanishes = true;
        else
            forms(step.c).last.push_back(step.last);
    }
}

/* Adds the pairs of rules from one of their characters on. */
void Cuts::add_pairs(const Rules &rules, const Rules::Step &step, PairSet &added)
{
    const std::vector<Rules::Step> &steps = rules.places()[step.place].steps;
    if (steps.empty() || !added.insert(step.c, step.place))
        return;
    for (const Rules::Step &next : steps) {
        add_raw_pair(step.c, next.c);
        add_pairs(rules, next, added);
    }
}

bool Cuts::add_rules(const Model &model)
{
    Rules rules;
    PairSet added;
    if (!rules.build(model.charsmap))
        return false;
    forms_.reserve(2 * rules.begins().size());
    for (const Rules::Step &step : rules.begins()) {
        const Rules::Place &place = rules.places()[step.place];
        Forms &form = forms(step.c);
        form.first.insert(form.first.end(), place.firsts.begin(), place.firsts.end());
        if (step.ends_rule && step.first != NO_CHARACTER)
            form.first.push_back(step.first);
        form.vanishes |= place.vanishes;
        form.as_itself &= !step.ends_rule;
        add_pairs(rules, step, added);
    }
    add_ends(rules.begins());
    for (const Rules::Place &place : rules.places())
        add_ends(place.steps);
    return true;
}

bool Cuts::build(const Model &model)
{
    trims_ = model.trims;
    byte_fallback_ = model.byte_fallback;
    add_pieces(model);
    if (!add_rules(model))
        return false;
    forms(' ');
    for (auto &[c, form] : forms_) {
        finish_forms(form.first, c, form.as_itself);
        finish_forms(form.last, c, form.as_itself);
    }
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

bool Cuts::allowed_special(char32_t left, char32_t right) const
{
    if (raw_pairs_.has(left, right))
        return false;
    static const Forms none;
    auto find = [this](char32_t c) -> const Forms & {
        auto found = forms_.find(c);
        return found == forms_.end() ? none : found->second;
    };
    const Forms &l = find(left), &r = find(right);
    if (l.vanishes || r.vanishes)
        return false;
    /* A character without forms stands for itself. */
    const char32_t *lefts = l.last.empty() ? &left : l.last.data();
    const char32_t *rights = r.first.empty() ? &right : r.first.data();
    std::size_t n_lefts = std::max<std::size_t>(l.last.size(), 1);
    std::size_t n_rights = std::max<std::size_t>(r.first.size(), 1);
    for (std::size_t i = 0; i < n_lefts; i++)
        for (std::size_t k = 0; k < n_rights; k++)
            if (!allowed_plain(lefts[i], rights[k]))
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
