/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include "utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <string>

namespace calib_sp
{

namespace
{

/* In place of an id: a character that is not joined yet; a symbol that was joined to the one before
 * it. */
constexpr std::int32_t CHARACTER = -1, GONE = -2;

/* The characters that are met most, ASCII and U+2581, as rows and columns of a table. */
constexpr std::size_t COMMON_SPACE = 0x80;
constexpr std::size_t N_COMMON = COMMON_SPACE + 1;
constexpr std::size_t UNCOMMON = N_COMMON;

std::size_t common_index(std::string_view character)
{
    if (character.size() == 1)
        return static_cast<unsigned char>(character[0]);
    return character == SPACE_UTF8 ? COMMON_SPACE : UNCOMMON;
}

/* Value of the two digits of "<0x4F>". */
int byte_value(std::string_view piece)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    if (piece.size() != 6)
        return -1;
    std::size_t high = digits.find(piece[3]), low = digits.find(piece[4]);
    if (high == digits.npos || low == digits.npos)
        return -1;
    return static_cast<int>(high << 4 | low);
}

/* Symbols are cut by the library before it merges, unused pieces taken apart again after it, a
 * special token of one character is met in texts, and newer libraries do not use a piece that is
 * NUL: left to the library. */
bool is_simple(const Piece &piece)
{
    if (piece.in_texts())
        return piece.kind == Kind::normal && std::isfinite(piece.score) &&
               piece.text.find('\0') == piece.text.npos;
    return count_characters(piece.text) > 1;
}

} // namespace

/* ---- tables ---- */

void Merges::add_piece(std::string_view text, PieceTable::Entry entry)
{
    pieces_.insert(text, entry);
    std::size_t len = character_length(text[0]);
    if (len >= text.size() || len + character_length(text[len]) != text.size())
        return;
    std::size_t left = common_index(text.substr(0, len)), right = common_index(text.substr(len));
    if (left != UNCOMMON && right != UNCOMMON)
        common_pairs_[left * N_COMMON + right] = entry;
}

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
        /* A char model joins nothing. */
        bool wanted = model.type == Type::bpe || count_characters(piece.text) == 1;
        if (piece.in_texts() && !piece.text.empty() && wanted)
            add_piece(piece.text, {PieceTable::order_of(piece.score), id});
        id++;
    }
    return true;
}

/* ---- up to Agenda::LONGEST bytes ---- */

/* Where the characters begin, and where the text ends; the pairs of neighbours among them. */
Places Merges::split(std::string_view text, Agenda &agenda) const
{
    std::size_t left = 0, right = character_length(text[0]);
    std::size_t left_index = common_index(text.substr(0, right));
    Places begins;
    begins.add(left);
    while (right < text.size()) {
        std::size_t end = right + character_length(text[right]);
        std::size_t right_index = common_index(text.substr(right, end - right));
        if (left_index == UNCOMMON || right_index == UNCOMMON)
            agenda.set(left, pieces_.find(text.substr(left, end - left)));
        else
            agenda.set(left, common_pairs_[left_index * N_COMMON + right_index]);
        begins.add(right);
        left = right;
        left_index = right_index;
        right = end;
    }
    begins.add(text.size());
    return begins;
}

/* The pair of the highest score is joined, of equal ones the leftmost, until there is none. Gives
 * where what is left begins, and where the text ends; `ids` by these places. */
Places Merges::merge(std::string_view text, std::int32_t *ids) const
{
    Agenda agenda(text.size());
    std::fill(ids, ids + text.size(), CHARACTER);
    Places begins = split(text, agenda);
    for (std::size_t place; agenda.next(place);) {
        std::size_t gone = begins.behind(place).first();
        begins.remove(gone);
        agenda.remove(gone);
        ids[place] = agenda.id(place);
        /* The new pairs on both sides; one that there is not is empty, and no piece. */
        std::size_t right = begins.behind(place).first();
        Places behind = begins.behind(right), before = begins.before(place);
        std::size_t left = before.empty() ? place : before.last();
        std::size_t left_len = before.empty() ? 0 : right - left;
        std::size_t right_len = behind.empty() ? 0 : behind.first() - place;
        PieceTable::Probe right_pair = pieces_.probe(text.substr(place, right_len));
        PieceTable::Probe left_pair = pieces_.probe(text.substr(left, left_len));
        /* The left one first: where there is none it stands at `place` as well. */
        agenda.set(left, pieces_.find(left_pair));
        agenda.set(place, pieces_.find(right_pair));
    }
    return begins;
}

void Merges::encode_few(std::string_view text, std::vector<int> &ids) const
{
    ids.reserve(ids.size() + text.size()); /* never more, even if all become bytes */
    std::int32_t found[Agenda::LONGEST];
    Places begins = merge(text, found);
    bool after_unknown = false;
    for (std::size_t place = 0; place < text.size();) {
        std::size_t end = begins.behind(place).first();
        put(text.substr(place, end - place), found[place], after_unknown, ids);
        place = end;
    }
}

/* ---- more ---- */

namespace
{

/* A symbol, in the slot of its first character; the last slot is the text's end. */
struct Symbol {
    std::size_t at; /* in the text */
    std::size_t next, previous;
    std::int32_t id;
};

/* Two neighbours that can be joined. Void when one of them is not any more what it was. */
struct Candidate {
    PieceTable::Entry entry;
    std::size_t left, right, next;

    bool holds(const std::vector<Symbol> &symbols) const
    {
        return symbols[left].id != GONE && symbols[left].next == right &&
               symbols[right].next == next;
    }
};

struct Later {
    bool operator()(const Candidate &a, const Candidate &b) const
    {
        return a.entry.order < b.entry.order || (a.entry.order == b.entry.order && a.left > b.left);
    }
};

std::vector<Symbol> characters_of(std::string_view text)
{
    std::vector<Symbol> symbols;
    symbols.reserve(text.size() + 1);
    std::size_t n = 0;
    for (std::size_t at = 0; at < text.size(); n++) {
        symbols.push_back({at, n + 1, n - 1, CHARACTER});
        at += character_length(text[at]);
    }
    symbols.push_back({text.size(), n, n - 1, GONE});
    return symbols;
}

} // namespace

/* As merge(), with a heap. */
void Merges::encode_many(std::string_view text, std::vector<int> &ids) const
{
    std::vector<Symbol> symbols = characters_of(text);
    const std::size_t end = symbols.size() - 1;
    auto text_of = [&](std::size_t from, std::size_t to) {
        return text.substr(symbols[from].at, symbols[to].at - symbols[from].at);
    };
    std::priority_queue<Candidate, std::vector<Candidate>, Later> heap;
    auto look_up = [&](std::size_t left, std::size_t right) {
        std::size_t next = symbols[right].next;
        PieceTable::Entry entry = pieces_.find(text_of(left, next));
        if (entry.order)
            heap.push({entry, left, right, next});
    };
    for (std::size_t i = 0; i + 1 < end; i++)
        look_up(i, i + 1);
    while (!heap.empty()) {
        Candidate top = heap.top();
        heap.pop();
        if (!top.holds(symbols))
            continue;
        symbols[top.left].id = top.entry.id;
        symbols[top.left].next = top.next;
        symbols[top.right].id = GONE;
        symbols[top.next].previous = top.left;
        if (top.left > 0)
            look_up(symbols[top.left].previous, top.left);
        if (top.next < end)
            look_up(top.left, top.next);
    }
    bool after_unknown = false;
    for (std::size_t i = 0; i < end; i = symbols[i].next)
        put(text_of(i, symbols[i].next), symbols[i].id, after_unknown, ids);
}

/* ---- ids ---- */

/* Of a symbol; a character is looked up by its text. */
void Merges::put(std::string_view text, std::int32_t id, bool &after_unknown,
                 std::vector<int> &ids) const
{
    bool unknown = false;
    if (id == CHARACTER) {
        PieceTable::Entry entry = pieces_.find(text);
        unknown = entry.order == 0;
        id = entry.id;
    }
    if (!unknown)
        ids.push_back(id);
    else if (byte_fallback_)
        for (char byte : text)
            ids.push_back(byte_ids_[static_cast<unsigned char>(byte)]);
    else if (!after_unknown)
        ids.push_back(unknown_id_);
    after_unknown = unknown;
}

void Merges::encode(std::string_view normalized, std::vector<int> &ids) const
{
    if (normalized.empty())
        return;
    if (normalized.size() > Agenda::LONGEST) {
        std::string text(normalized);
        text.resize(normalized.size() + PieceTable::READ);
        encode_many({text.data(), normalized.size()}, ids);
    } else {
        char text[Agenda::LONGEST + PieceTable::READ] = {};
        normalized.copy(text, Agenda::LONGEST);
        encode_few({text, normalized.size()}, ids);
    }
}

} // namespace calib_sp
