/* SPDX-License-Identifier: MIT */
#include "character_map.h"

#include "adapter/utf8.h"
#include "bert.h"
#include "unicode.h"

#include <calib.h>

#include <algorithm>
#include <string>
#include <utility>

namespace calib_tj
{

using Kind = NormalizerStep::Kind;

int CharacterMap::build(const std::vector<NormalizerStep> &steps)
{
    steps_.clear();
    composes_ = false;
    for (const NormalizerStep &from : steps) {
        Step step = {from.kind, {}, {}, nullptr, false};
        characters(from.content, step.content);
        if (from.kind == Kind::replace_string)
            characters(from.pattern, step.pattern);
        if (from.kind == Kind::replace_regex) {
            step.regex = std::make_unique<Regex>();
            int status = step.regex->compile(from.pattern);
            if (status)
                return status;
        }
        composes_ |= from.kind == Kind::nfc || from.kind == Kind::nfkc;
        steps_.push_back(std::move(step));
    }
    for (Step &step : steps_)
        step.single = composes_;
    return CALIB_OK;
}

/* A character of a longer pattern may become anything. */
bool CharacterMap::map_string(const Step &step, char32_t &c)
{
    if (std::find(step.pattern.begin(), step.pattern.end(), c) == step.pattern.end())
        return true;
    if (step.pattern.size() > 1 || step.content.size() != 1)
        return false;
    c = step.content[0];
    return true;
}

/* Allowed beside a place where every match must begin or end. */
bool CharacterMap::map_regex(const Step &step, char32_t &left, char32_t &right)
{
    const Regex &regex = *step.regex;
    std::uint32_t l = regex.kind_of(left), r = regex.kind_of(right);
    MatchStatus l_status = regex.match_status(l), r_status = regex.match_status(r);
    if (l_status == MatchStatus::either || r_status == MatchStatus::either || !regex.is_apart(l, r))
        return false;
    bool l_matched = l_status == MatchStatus::always, r_matched = r_status == MatchStatus::always;
    if ((l_matched || r_matched) && step.content.empty())
        return false;
    left = l_matched ? step.content.back() : left;
    right = r_matched ? step.content.front() : right;
    return true;
}

bool CharacterMap::map_lowercase(char32_t &c)
{
    std::string from, to;
    append_utf8(c, from);
    append_lowercase(from, to);
    std::size_t len = 0;
    char32_t lower = first_character(to, len);
    if (len != to.size())
        return false;
    c = lower;
    return true;
}

bool CharacterMap::map_clean(char32_t &c)
{
    if (is_dropped(c))
        return false;
    c = is_white_space(c) ? U' ' : c;
    return true;
}

/* What one character becomes, wherever it stands. */
bool CharacterMap::map_unaccent(char32_t c, std::vector<char32_t> &to)
{
    std::string from, form;
    append_utf8(c, from);
    append_nfd(from, form);
    characters(form, to);
    if (!is_stable_nfc(c) || is_accent(to.front()))
        return false;
    to.erase(std::remove_if(to.begin(), to.end(), is_accent), to.end());
    return true;
}

/* The next step may compose several characters again. */
bool CharacterMap::map_unaccent(const Step &step, char32_t &left, char32_t &right)
{
    std::vector<char32_t> to;
    for (char32_t *c : {&left, &right}) {
        if (*c < 0x80)
            continue;
        if (!map_unaccent(*c, to) || (step.single && to.size() > 1))
            return false;
        *c = c == &left ? to.back() : to.front();
    }
    return true;
}

bool CharacterMap::map_step(const Step &step, char32_t &left, char32_t &right)
{
    switch (step.kind) {
    case Kind::nfc: return is_stable_nfc(left) && is_stable_nfc(right);
    case Kind::nfkc: return is_stable_nfkc(left) && is_stable_nfkc(right);
    case Kind::prepend: return true;
    case Kind::replace_string: return map_string(step, left) && map_string(step, right);
    case Kind::replace_regex: return map_regex(step, left, right);
    case Kind::lowercase: return map_lowercase(left) && map_lowercase(right);
    case Kind::strip: return !is_white_space(left) && !is_white_space(right);
    case Kind::bert_clean: return map_clean(left) && map_clean(right);
    case Kind::bert_space:
        left = is_chinese(left) ? U' ' : left;
        right = is_chinese(right) ? U' ' : right;
        return true;
    case Kind::bert_unaccent: return map_unaccent(step, left, right);
    }
    return false;
}

bool CharacterMap::map(char32_t &left, char32_t &right) const
{
    for (const Step &step : steps_)
        if (!map_step(step, left, right))
            return false;
    return true;
}

bool CharacterMap::is_settled(char32_t c) const
{
    char32_t behind = 0, copy = c, letter = 'a';
    return map(c, behind) || map(copy, letter);
}

bool CharacterMap::is_identity() const
{
    return std::all_of(steps_.begin(), steps_.end(), [](const Step &step) {
        return step.kind == Kind::nfc || step.kind == Kind::nfkc;
    });
}

} // namespace calib_tj
