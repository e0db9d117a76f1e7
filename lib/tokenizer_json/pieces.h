/* SPDX-License-Identifier: MIT */
/* A text in pieces, which the steps of a pre-tokenizer split further and rewrite. */
#ifndef CALIB_TOKENIZER_JSON_PIECES_H
#define CALIB_TOKENIZER_JSON_PIECES_H

#include "spec.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** Where a piece of text stands, for the steps that put something in front. */
enum class Position {
    begin,    /* it begins the text */
    inside,   /* it begins behind an added token */
    continued /* it continues a piece of which only this end is shown: nothing is put in front */
};

/** Part of a text, in bytes. */
struct Extent {
    std::size_t begin, end;
};

/** Joins what a step finds in one piece, matches and what lies between them, to parts. */
class Parts
{
public:
    Parts(Behavior behavior, std::vector<Extent> &out)
        : behavior_(behavior), out_(out), n_before_(out.size())
    {
    }

    /** Adds what follows what was added before. */
    void add(Extent part, bool is_match)
    {
        if (out_.size() > n_before_ && joins(is_match))
            out_.back().end = part.end;
        else if (behavior_ != Behavior::removed || !is_match)
            out_.push_back(part);
        previous_ = is_match;
    }

private:
    /* Returns true if it is one part with the one before it. */
    bool joins(bool is_match) const
    {
        switch (behavior_) {
        case Behavior::contiguous: return is_match == previous_;
        case Behavior::merged_with_previous: return is_match && !previous_;
        case Behavior::merged_with_next: return !is_match && previous_;
        default: return false;
        }
    }

    const Behavior behavior_;
    std::vector<Extent> &out_;
    const std::size_t n_before_;
    bool previous_ = false;
};

class Pieces
{
public:
    /** One piece, or none if `text` is empty. Does not copy `text`, which must stay valid. */
    Pieces(std::string_view text, Position position) : text_(text), position_(position)
    {
        if (!text.empty())
            extents_.push_back({0, text.size()});
    }

    /* Pieces point into a text of their own. */
    Pieces(const Pieces &) = delete;
    Pieces &operator=(const Pieces &) = delete;

    std::size_t size() const
    {
        return extents_.size();
    }

    std::string_view at(std::size_t i) const
    {
        return text_.substr(extents_[i].begin, extents_[i].end - extents_[i].begin);
    }

    /** Returns where the text stands if piece `i` begins it, else Position::inside. */
    Position position(std::size_t i) const
    {
        return i == 0 && begins_ && extents_[0].begin == 0 ? position_ : Position::inside;
    }

    /** Splits each piece. `find(piece, from, begin, end)` finds the next match at or behind `from`,
     *  which is below the piece's end, and returns false if there is none. No match is empty. */
    template <typename Find> void split(Behavior behavior, bool invert, Find &&find)
    {
        std::vector<Extent> split;
        for (std::size_t i = 0; i < size(); i++) {
            Parts parts(behavior, split);
            std::string_view piece = at(i);
            std::size_t offset = extents_[i].begin, from = 0, begin = 0, end = 0;
            for (; from < piece.size() && find(piece, from, begin, end); from = end) {
                if (begin > from)
                    parts.add({offset + from, offset + begin}, invert);
                parts.add({offset + begin, offset + end}, !invert);
            }
            if (from < piece.size())
                parts.add({offset + from, offset + piece.size()}, invert);
        }
        extents_.swap(split);
    }

    /** Rewrites each piece: `append(i, out)` appends to `out` what piece `i` becomes. */
    template <typename Append> void rewrite(Append &&append)
    {
        std::string text;
        std::vector<Extent> extents;
        extents.reserve(size());
        for (std::size_t i = 0; i < size(); i++) {
            std::size_t begin = text.size();
            append(i, text);
            extents.push_back({begin, text.size()});
        }
        begins_ = begins_ && !extents_.empty() && extents_[0].begin == 0;
        extents_.swap(extents);
        own_.swap(text);
        text_ = own_;
    }

private:
    std::string_view text_; /* the caller's, or own_ */
    std::string own_;
    std::vector<Extent> extents_;
    const Position position_;
    bool begins_ = true; /* the caller's text begins where text_ does */
};

} // namespace calib_tj

#endif
