/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include "adapter/merge_loop.h"
#include "adapter/utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

namespace calib_sp
{

namespace
{

/* The most frequent characters, ASCII and U+2581, index the rows and columns of a table. */
constexpr std::size_t COMMON_SPACE = 0x80;
constexpr std::size_t N_COMMON = COMMON_SPACE + 1;
constexpr std::size_t UNCOMMON = N_COMMON;

/* Newer libraries do not take apart an UNUSED piece that is nested more deeply in others. */
constexpr unsigned DEEPEST = 100;

std::size_t common_index(std::string_view character)
{
    if (character.size() == 1)
        return static_cast<unsigned char>(character[0]);
    return character == SPACE_UTF8 ? COMMON_SPACE : UNCOMMON;
}

/* The library is asked about all others: versions of it order subnormal scores differently, some do
 * not use a piece that is NUL, and some find a special token of one character in texts. */
bool is_simple(const Piece &piece)
{
    if (!piece.in_texts())
        return count_characters(piece.text) > 1;
    return (std::isnormal(piece.score) || piece.score == 0) &&
           piece.text.find('\0') == piece.text.npos;
}

/* Newer libraries put 0 above -0. */
bool has_two_zeros(const Model &model)
{
    bool has[2] = {false, false};
    for (const Piece &piece : model.pieces)
        if (piece.in_texts() && piece.kind != Kind::user_defined && piece.score == 0)
            has[std::signbit(piece.score)] = true;
    return has[0] && has[1];
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

/* The same, as if the text as a whole were not a piece. For merge_long(). */
class Merges::PartsLookup : public Lookup
{
public:
    PartsLookup(const Merges &merges, std::string_view text)
        : Lookup(merges, text), size_(text.size())
    {
    }

    Merge find(const PieceTable::Probe &probe) const
    {
        return probe.text.size() == size_ ? Merge{0, 0} : Lookup::find(probe);
    }

private:
    std::size_t size_;
};

/* Appends the ids of what is left of a text, part by part. */
class Merges::Output
{
public:
    Output(const Merges &merges, std::vector<int> &ids) : merges_(merges), ids_(ids)
    {
    }

    /** Begins a part; READ bytes behind it are readable. */
    void begin(std::string_view text)
    {
        text_ = text;
    }

    void operator()(std::size_t begin, std::size_t end, std::int32_t id)
    {
        if (id < 0) {
            Merge piece = merges_.pieces_.find(text_.substr(begin, end - begin));
            if (piece.order == 0)
                return put_unknown(begin, end);
            id = piece.id;
        }
        if (std::size_t left = merges_.left_length(id)) {
            (*this)(begin, begin + left, -1);
            (*this)(begin + left, end, -1);
            return;
        }
        put(id);
    }

    void put(std::int32_t id)
    {
        ids_.push_back(id);
        after_unknown_ = false;
    }

private:
    void put_unknown(std::size_t begin, std::size_t end)
    {
        if (merges_.byte_fallback_)
            for (std::size_t at = begin; at < end; at++)
                ids_.push_back(merges_.byte_ids_[static_cast<unsigned char>(text_[at])]);
        else if (!after_unknown_)
            ids_.push_back(merges_.unknown_id_);
        after_unknown_ = true;
    }

    const Merges &merges_;
    std::string_view text_;
    std::vector<int> &ids_;
    bool after_unknown_ = false; /* several unknown symbols in a row give one id */
};

/* Adds a piece that merging, or a character, can give. */
void Merges::add_piece(std::string_view text, Merge merge)
{
    pieces_.insert(text, merge);
    std::size_t len = character_length(text[0]);
    if (len >= text.size() || len + character_length(text[len]) != text.size())
        return;
    std::size_t left = common_index(text.substr(0, len));
    std::size_t right = common_index(text.substr(len));
    if (left != UNCOMMON && right != UNCOMMON)
        common_pairs_[left * N_COMMON + right] = merge;
}

bool Merges::build(const Model &model, const SymbolTable &symbols, bool unused_is_unknown)
{
    if (model.pieces.size() > std::numeric_limits<std::int32_t>::max() ||
        !std::all_of(model.pieces.begin(), model.pieces.end(), is_simple) || has_two_zeros(model))
        return false;
    symbols_ = &symbols;
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
        Merge merge = {PieceTable::order_of(piece.score), id++};
        bool is_character = count_characters(piece.text) == 1;
        /* A char model merges nothing, and symbols are found before anything is merged. */
        bool wanted = is_character ? !(piece.kind == Kind::unused && unused_is_unknown)
                                   : model.type == Type::bpe;
        bool found = piece.kind == Kind::normal || piece.kind == Kind::unused;
        if (wanted && found && !piece.text.empty())
            add_piece(piece.text, merge);
    }
    return model.type != Type::bpe || split_unused(model);
}

/* Gives the length of the first of the two symbols that a piece is made of: what its text is merged
 * to, but for the last merge. 0: no merges make the piece. */
std::size_t Merges::find_left(std::string_view piece) const
{
    std::string text(piece);
    text.resize(piece.size() + PieceTable::READ);
    std::size_t n = 0, left = 0;
    auto count = [&](std::size_t, std::size_t end, std::int32_t) { left = n++ ? left : end; };
    merge_long(PartsLookup(*this, {text.data(), piece.size()}), piece.size(), count);
    return n == 2 ? left : 0;
}

/* Finds out what becomes of UNUSED pieces. Returns false if they are nested too deeply. */
bool Merges::split_unused(const Model &model)
{
    std::vector<std::size_t> unused; /* short ones first: the parts of a piece come before it */
    for (std::size_t id = 0; id < model.pieces.size(); id++)
        if (model.pieces[id].kind == Kind::unused && !model.pieces[id].text.empty())
            unused.push_back(id);
    std::stable_sort(unused.begin(), unused.end(), [&](std::size_t a, std::size_t b) {
        return model.pieces[a].text.size() < model.pieces[b].text.size();
    });
    if (!unused.empty())
        left_lengths_.assign(model.pieces.size(), 0);
    std::unordered_map<std::string_view, unsigned> depths;
    for (std::size_t id : unused) {
        std::string_view text = model.pieces[id].text;
        std::size_t left = find_left(text);
        if (!left)
            continue;
        auto depth = [&](std::string_view part) {
            auto found = depths.find(part);
            return found == depths.end() ? 0 : found->second;
        };
        left_lengths_[id] = static_cast<std::uint32_t>(left);
        depths[text] = 1 + std::max(depth(text.substr(0, left)), depth(text.substr(left)));
        if (depths[text] > DEEPEST)
            return false;
    }
    return true;
}

/* Merges what stands between two symbols. The text is copied, since look-ups read up to
 * PieceTable::READ bytes beyond its end. */
void Merges::merge(std::string_view between, Output &output) const
{
    std::size_t size = between.size();
    if (size == 0)
        return;
    if (size > MergeQueue::LONGEST) {
        std::string text(between);
        text.resize(size + PieceTable::READ);
        output.begin({text.data(), size});
        merge_long(Lookup(*this, {text.data(), size}), size, output);
    } else {
        char text[MergeQueue::LONGEST + PieceTable::READ] = {};
        between.copy(text, MergeQueue::LONGEST);
        output.begin({text, size});
        merge_short(Lookup(*this, {text, size}), size, output);
    }
}

void Merges::encode(std::string_view normalized, std::vector<int> &ids) const
{
    Output output(*this, ids);
    std::size_t at = 0;
    for (SymbolTable::Match symbol; (symbol = symbols_->next(normalized, at)).len;) {
        merge(normalized.substr(at, symbol.at - at), output);
        output.put(symbol.id);
        at = symbol.at + symbol.len;
    }
    merge(normalized.substr(at), output);
}

} // namespace calib_sp
