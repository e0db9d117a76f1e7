/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include "adapter/merge_loop.h"
#include "adapter/utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace calib_sp
{

namespace
{

/* The most frequent characters, ASCII and U+2581, index the rows and columns of a table. */
constexpr std::size_t COMMON_SPACE = 0x80;
constexpr std::size_t N_COMMON = COMMON_SPACE + 1;
constexpr std::size_t UNCOMMON = N_COMMON;

std::size_t common_index(std::string_view character)
{
    if (character.size() == 1)
        return static_cast<unsigned char>(character[0]);
    return character == SPACE_UTF8 ? COMMON_SPACE : UNCOMMON;
}

/* These are left to the library: it cuts out symbols before it merges and takes unused pieces apart
 * afterwards, it finds a special token of one character in texts, and newer versions do not use a
 * piece that is NUL. */
bool is_simple(const Piece &piece)
{
    if (piece.in_texts())
        return piece.kind == Kind::normal && std::isfinite(piece.score) &&
               piece.text.find('\0') == piece.text.npos;
    return count_characters(piece.text) > 1;
}

} // namespace

/* Looks up two symbols by their joined text. The id of a character is the complement of its common
 * index, which is negative, until the character is merged or put out. */
class Merges::Lookup
{
public:
    /* PieceTable::READ bytes behind `text` are readable. */
    Lookup(const Merges &merges, std::string_view text) : merges_(merges), text_(text)
    {
    }

    std::size_t length(std::size_t at) const
    {
        return character_length(text_[at]);
    }

    std::int32_t id(std::size_t begin, std::size_t end) const
    {
        return ~static_cast<std::int32_t>(common_index(text_.substr(begin, end - begin)));
    }

    Merge first(const Neighbours &pair) const
    {
        auto left = static_cast<std::size_t>(~pair.left_id);
        auto right = static_cast<std::size_t>(~pair.right_id);
        if (left == UNCOMMON || right == UNCOMMON)
            return find(probe(pair));
        return merges_.common_pairs_[left * N_COMMON + right];
    }

    PieceTable::Probe probe(const Neighbours &pair) const
    {
        return merges_.pieces_.probe(text_.substr(pair.left, pair.end - pair.left));
    }

    Merge find(const PieceTable::Probe &probe) const
    {
        return merges_.pieces_.find(probe);
    }

private:
    const Merges &merges_;
    std::string_view text_;
};

/* Appends the ids of the symbols that are left. */
class Merges::Output
{
public:
    Output(const Merges &merges, std::string_view text, std::vector<int> &ids)
        : merges_(merges), text_(text), ids_(ids)
    {
    }

    void operator()(std::size_t begin, std::size_t end, std::int32_t id)
    {
        bool unknown = false;
        if (id < 0) {
            Merge piece = merges_.pieces_.find(text_.substr(begin, end - begin));
            unknown = piece.order == 0;
            id = piece.id;
        }
        if (!unknown)
            ids_.push_back(id);
        else if (merges_.byte_fallback_)
            for (std::size_t at = begin; at < end; at++)
                ids_.push_back(merges_.byte_ids_[static_cast<unsigned char>(text_[at])]);
        else if (!after_unknown_)
            ids_.push_back(merges_.unknown_id_);
        after_unknown_ = unknown;
    }

private:
    const Merges &merges_;
    std::string_view text_;
    std::vector<int> &ids_;
    bool after_unknown_ = false; /* several unknown symbols in a row give one id */
};

bool Merges::build(const Model &model)
{
    if (model.pieces.size() > std::numeric_limits<std::int32_t>::max() ||
        !std::all_of(model.pieces.begin(), model.pieces.end(), is_simple))
        return false;
    byte_fallback_ = model.byte_fallback;
    pieces_.reserve(model.pieces.size());
    common_pairs_.assign(N_COMMON * N_COMMON, {0, 0});
    std::int32_t id = 0;
    for (const Piece &piece : model.pieces) {
        int value = piece.kind == Kind::byte ? byte_value(piece.text) : -1;
        if (value >= 0)
            byte_ids_[static_cast<std::size_t>(value)] = id;
        if (piece.kind == Kind::unknown)
            unknown_id_ = id;
        /* A char model merges nothing. */
        bool wanted = model.type == Type::bpe || count_characters(piece.text) == 1;
        std::string_view text = piece.text;
        Merge merge = {PieceTable::order_of(piece.score), id++};
        if (!piece.in_texts() || text.empty() || !wanted)
            continue;
        pieces_.insert(text, merge);
        std::size_t len = character_length(text[0]);
        if (len >= text.size() || len + character_length(text[len]) != text.size())
            continue;
        std::size_t left = common_index(text.substr(0, len));
        std::size_t right = common_index(text.substr(len));
        if (left != UNCOMMON && right != UNCOMMON)
            common_pairs_[left * N_COMMON + right] = merge;
    }
    return true;
}

/* The text is copied, since look-ups read up to PieceTable::READ bytes beyond its end. */
void Merges::encode(std::string_view normalized, std::vector<int> &ids) const
{
    std::size_t size = normalized.size();
    if (size == 0)
        return;
    if (size > MergeQueue::LONGEST) {
        std::string text(normalized);
        text.resize(size + PieceTable::READ);
        merge_long(Lookup(*this, {text.data(), size}), size,
                   Output(*this, {text.data(), size}, ids));
    } else {
        char text[MergeQueue::LONGEST + PieceTable::READ] = {};
        normalized.copy(text, MergeQueue::LONGEST);
        ids.reserve(ids.size() + size); /* never more, even if all become bytes */
        merge_short(Lookup(*this, {text, size}), size, Output(*this, {text, size}, ids));
    }
}

} // namespace calib_sp
