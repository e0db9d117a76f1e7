/* SPDX-License-Identifier: MIT */
#include "merges.h"

#include "utf8.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <unordered_map>

namespace calib_sp
{

namespace
{

/* Up to so many symbols the best pair is looked for one by one, above it with a heap. */
constexpr std::size_t FEW = 48;

/* Below it lie the alphabets, and U+2581, with which most segments begin. */
constexpr std::size_t LOW = 0x3000;

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

std::size_t count_characters(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

/* Symbols are cut by the library before it merges, unused pieces taken apart again after it, and a
 * special token of one character is met in texts: left to the library. */
bool is_simple(const Piece &piece)
{
    if (piece.in_texts())
        return piece.kind == Kind::normal && std::isfinite(piece.score);
    return count_characters(piece.text) > 1;
}

} // namespace

/* ---- tables ---- */

void MergeTable::reserve(std::size_t n)
{
    std::size_t n_slots = 64;
    while (n_slots < 2 * n)
        n_slots *= 2;
    slots_.assign(n_slots, {0, 0, 0.0f});
    mask_ = n_slots - 1;
}

void MergeTable::insert(const Entry &entry)
{
    std::size_t slot = start(entry.key);
    while (slots_[slot].key && slots_[slot].key != entry.key)
        slot = (slot + 1) & mask_;
    slots_[slot] = entry;
}

/* Pieces of one character are their own symbols; other characters of pieces get numbers behind. */
void Merges::number_characters(const Model &model)
{
    constexpr std::int32_t MET = -2;
    std::unordered_map<char32_t, std::int32_t> high;
    std::vector<char32_t> text;
    low_.assign(LOW, UNKNOWN);
    auto number_of = [&](char32_t c) -> std::int32_t & {
        return c < LOW ? low_[c] : high.emplace(c, std::int32_t{UNKNOWN}).first->second;
    };
    for (std::int32_t id = 0; id < n_pieces_; id++) {
        const Piece &piece = model.pieces[static_cast<std::size_t>(id)];
        if (!piece.in_texts() || !characters(piece.text, text))
            continue;
        for (char32_t c : text)
            if (std::int32_t &number = number_of(c); number == UNKNOWN)
                number = MET;
        if (text.size() == 1)
            number_of(text[0]) = id;
    }
    std::int32_t next = n_pieces_;
    for (std::int32_t &number : low_)
        if (number == MET)
            number = next++;
    characters_.reserve(high.size());
    for (const auto &[c, number] : high)
        characters_.insert({c, number == MET ? next++ : number, 0.0f});
}

/* A piece is always put together in the same way, since what lies beside it takes no part in it;
 * so one pair leads to it: the two symbols that are left when all shorter pieces have been merged.
 * When more are left, no text ever gives this piece. */
void Merges::learn_piece(std::int32_t id, const Model &model, std::vector<Symbol> &symbols)
{
    const Piece &piece = model.pieces[static_cast<std::size_t>(id)];
    split(piece.text, symbols);
    merge(symbols);
    if (symbols.size() != 2)
        return;
    auto left = static_cast<std::uint32_t>(symbols[0].id);
    auto right = static_cast<std::uint32_t>(symbols[1].id);
    merges_.insert({(static_cast<std::uint64_t>(left) << 32 | right) + 1, id, piece.score});
}

void Merges::learn(const Model &model)
{
    struct Job {
        std::size_t n_characters;
        std::int32_t id;
    };
    std::vector<Job> jobs;
    for (std::int32_t id = 0; id < n_pieces_; id++) {
        const Piece &piece = model.pieces[static_cast<std::size_t>(id)];
        std::size_t n = count_characters(piece.text);
        if (piece.in_texts() && n > 1)
            jobs.push_back({n, id});
    }
    std::sort(jobs.begin(), jobs.end(),
              [](const Job &a, const Job &b) { return a.n_characters < b.n_characters; });
    merges_.reserve(jobs.size());
    std::vector<Symbol> symbols;
    for (const Job &job : jobs)
        learn_piece(job.id, model, symbols);
}

bool Merges::build(const Model &model)
{
    if (model.pieces.size() > std::numeric_limits<std::int32_t>::max() / 2 ||
        !std::all_of(model.pieces.begin(), model.pieces.end(), is_simple))
        return false;
    n_pieces_ = static_cast<std::int32_t>(model.pieces.size());
    byte_fallback_ = model.byte_fallback;
    for (std::int32_t id = 0; id < n_pieces_; id++) {
        const Piece &piece = model.pieces[static_cast<std::size_t>(id)];
        int value = piece.kind == Kind::byte ? byte_value(piece.text) : -1;
        if (value >= 0)
            byte_ids_[static_cast<std::size_t>(value)] = id;
        if (piece.kind == Kind::unknown)
            unknown_id_ = id;
    }
    number_characters(model);
    merges_.reserve(0);
    if (model.type == Type::bpe)
        learn(model);
    return true;
}

/* ---- merging ---- */

std::int32_t Merges::high_symbol(char32_t c) const
{
    const MergeTable::Entry *entry = characters_.find(c);
    return entry ? entry->merged : std::int32_t{UNKNOWN};
}

void Merges::split(std::string_view text, std::vector<Symbol> &symbols) const
{
    symbols.clear();
    for (std::size_t at = 0, len = 1; at < text.size(); at += len) {
        char32_t c = first_character(text.substr(at), len);
        symbols.push_back({symbol_of(c), static_cast<std::uint32_t>(at)});
    }
}

inline const MergeTable::Entry *Merges::pair(std::int32_t left, std::int32_t right) const
{
    if (left == UNKNOWN || right == UNKNOWN)
        return nullptr;
    auto high = static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32;
    return merges_.find((high | static_cast<std::uint32_t>(right)) + 1);
}

void Merges::merge(std::vector<Symbol> &symbols) const
{
    if (symbols.size() <= FEW)
        merge_few(symbols);
    else
        merge_many(symbols);
}

/* The pair of the highest score is merged, of equal ones the leftmost, until there is none. */
void Merges::merge_few(std::vector<Symbol> &symbols) const
{
    constexpr float NONE = -std::numeric_limits<float>::infinity();
    float scores[FEW];
    std::int32_t merged[FEW];
    std::size_t n = symbols.size();
    auto look_up = [&](std::size_t i) {
        const MergeTable::Entry *entry = pair(symbols[i].id, symbols[i + 1].id);
        scores[i] = entry ? entry->score : NONE;
        merged[i] = entry ? entry->merged : 0;
    };
    for (std::size_t i = 0; i + 1 < n; i++)
        look_up(i);
    while (n > 1) {
        std::size_t best = 0;
        for (std::size_t i = 1; i + 1 < n; i++)
            if (scores[i] > scores[best])
                best = i;
        if (scores[best] == NONE)
            break;
        symbols[best].id = merged[best];
        n--;
        for (std::size_t i = best + 1; i < n; i++) {
            symbols[i] = symbols[i + 1];
            scores[i - 1] = scores[i];
            merged[i - 1] = merged[i];
        }
        if (best + 1 < n)
            look_up(best);
        if (best > 0)
            look_up(best - 1);
    }
    symbols.resize(n);
}

namespace
{

struct Candidate {
    float score;
    std::int32_t merged;
    std::size_t left, right;        /* symbols, by where they were first */
    std::int32_t left_id, right_id; /* as they were: what has changed since is void */
};

struct Worse {
    bool operator()(const Candidate &a, const Candidate &b) const
    {
        return a.score < b.score || (a.score == b.score && a.left > b.left);
    }
};

constexpr std::int32_t GONE = -2;

} // namespace

void Merges::merge_many(std::vector<Symbol> &symbols) const
{
    const std::size_t n = symbols.size();
    std::vector<std::size_t> next(n), previous(n); /* n: none */
    std::priority_queue<Candidate, std::vector<Candidate>, Worse> heap;
    auto look_up = [&](std::size_t left, std::size_t right) {
        if (left == n || right == n)
            return;
        const MergeTable::Entry *entry = pair(symbols[left].id, symbols[right].id);
        if (entry)
            heap.push(
                {entry->score, entry->merged, left, right, symbols[left].id, symbols[right].id});
    };
    for (std::size_t i = 0; i < n; i++) {
        next[i] = i + 1;
        previous[i] = i ? i - 1 : n;
    }
    for (std::size_t i = 0; i + 1 < n; i++)
        look_up(i, i + 1);
    while (!heap.empty()) {
        Candidate top = heap.top();
        heap.pop();
        if (symbols[top.left].id != top.left_id || symbols[top.right].id != top.right_id ||
            next[top.left] != top.right)
            continue;
        symbols[top.left].id = top.merged;
        symbols[top.right].id = GONE;
        next[top.left] = next[top.right];
        if (next[top.left] != n)
            previous[next[top.left]] = top.left;
        look_up(previous[top.left], top.left);
        look_up(top.left, next[top.left]);
    }
    symbols.erase(std::remove_if(symbols.begin(), symbols.end(),
                                 [](const Symbol &symbol) { return symbol.id == GONE; }),
                  symbols.end());
}

/* ---- ids ---- */

void Merges::put(const std::vector<Symbol> &symbols, std::string_view text,
                 std::vector<int> &ids) const
{
    bool after_unknown = false;
    for (std::size_t i = 0; i < symbols.size(); i++) {
        std::int32_t id = symbols[i].id;
        bool unknown = id == UNKNOWN || id >= n_pieces_;
        if (!unknown) {
            ids.push_back(id);
        } else if (byte_fallback_) {
            std::size_t end = i + 1 < symbols.size() ? symbols[i + 1].at : text.size();
            for (std::size_t at = symbols[i].at; at < end; at++)
                ids.push_back(byte_ids_[static_cast<unsigned char>(text[at])]);
        } else if (!after_unknown) {
            ids.push_back(unknown_id_);
        }
        after_unknown = unknown;
    }
}

void Merges::encode(std::string_view normalized, std::vector<int> &ids) const
{
    static thread_local std::vector<Symbol> symbols;
    split(normalized, symbols);
    merge(symbols);
    put(symbols, normalized, ids);
    if (symbols.capacity() > (std::size_t{1} << 16))
        std::vector<Symbol>().swap(symbols);
}

} // namespace calib_sp
