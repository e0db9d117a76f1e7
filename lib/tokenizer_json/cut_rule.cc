/* SPDX-License-Identifier: MIT */
#include "cut_rule.h"

#include "adapter/utf8.h"
#include "alphabet.h"
#include "bert.h"

#include <calib.h>

#include <algorithm>
#include <string>

namespace calib_tj
{

namespace
{

bool puts_in_front(const std::vector<NormalizerStep> &steps)
{
    return std::any_of(steps.begin(), steps.end(), [](const NormalizerStep &step) {
        return step.kind == NormalizerStep::Kind::prepend;
    });
}

/* Returns true if every byte outside ASCII is a symbol of its own. */
bool has_all_bytes(const Bpe &bpe)
{
    for (unsigned byte = 0x80; byte < 0x100; byte++) {
        char character = static_cast<char>(byte);
        if (!bpe.are_apart({&character, 1}, {&character, 1}))
            return false;
    }
    return true;
}

/* Returns true if a part is empty, or one of the two letters that meet is ASCII. Such a letter
 * stands for its own byte, which add_bytes() would not add. */
bool meets_in_ascii(std::string_view left, std::string_view right)
{
    return left.empty() || right.empty() || !(left.back() & right[0] & 0x80);
}

bool is_in_word(char32_t c)
{
    return category(c) <= Category::No && !is_chinese(c);
}

} // namespace

int CutRule::build(const Spec &spec, const CharacterMap &map, const AddedTokens &raw,
                   const AddedTokens &normalized, const Bpe &bpe, bool byte_level)
{
    map_ = &map;
    bpe_ = &bpe;
    int status = boundaries_.build(spec.pre_tokenizer);
    if (status)
        return status;
    bool prefixed = puts_in_front(spec.normalizer) || boundaries_.prefixes();
    raw_guard_.build(raw, prefixed);
    normalized_guard_.build(normalized, prefixed);
    byte_level_ = byte_level;
    keeps_words_ = spec.model.kind == ModelSpec::Kind::word_piece;
    by_merges_ = !keeps_words_ && !spec.model.ignore_merges && !spec.model.is_ranked;
    if (byte_level)
        by_merges_ = by_merges_ && boundaries_.splits() && has_all_bytes(bpe);
    if (by_merges_ && byte_level)
        add_neighbours_in_bytes(spec.model.merges);
    else if (by_merges_)
        add_neighbours(spec.model.merges);
    why_not_ = boundaries_.why_not();
    if (!why_not_ && !boundaries_.splits() && !by_merges_)
        why_not_ = byte_level || keeps_words_
                       ? "no step of the pre-tokenizer splits the text"
                       : "with ignore_merges the model looks up the whole text";
    return CALIB_OK;
}

/* A symbol is a single character, or two symbols that a merge joined: characters stand side by side
 * in one only where the parts of some merge meet. */
void CutRule::add_neighbours(const Texts &merges)
{
    for (std::size_t i = 0; i + 1 < merges.size(); i += 2)
        neighbours_.add_text(merges[i], merges[i + 1]);
}

void CutRule::add_neighbours_in_bytes(const Texts &merges)
{
    std::string left_bytes, right_bytes;
    for (std::size_t i = 0; i + 1 < merges.size(); i += 2) {
        std::string_view left = merges[i], right = merges[i + 1];
        if (!meets_in_ascii(left, right) && ALPHABET.read(left, left_bytes) &&
            ALPHABET.read(right, right_bytes))
            neighbours_.add_bytes(left_bytes, right_bytes);
    }
}

/* In bytes, words of ASCII stay whole: more cuts would gain nothing. */
bool CutRule::is_apart_in_model(char32_t left, char32_t right) const
{
    if (byte_level_)
        return left >= 0x80 && right >= 0x80 && !neighbours_.has_in_bytes(left, right);
    if (neighbours_.has(left, right))
        return false;
    std::string l, r;
    append_utf8(left, l);
    append_utf8(right, r);
    return bpe_->are_apart(l, r);
}

bool CutRule::is_pair(char32_t left, char32_t right) const
{
    if (keeps_words_ && is_in_word(left) && is_in_word(right))
        return false;
    if (!raw_guard_.allows(left, right) || !map_->map(left, right) ||
        !normalized_guard_.allows(left, right))
        return false;
    switch (boundaries_.relation(left, right)) {
    case Relation::apart: return true;
    case Relation::joined: return false;
    case Relation::gap: break;
    }
    return by_merges_ && is_apart_in_model(boundaries_.shown(left), boundaries_.shown(right));
}

} // namespace calib_tj
