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

/* Up to so many characters the best pair is looked for one by one, above it with a heap. */
constexpr std::size_t FEW = 64;

/* The characters that are met most, ASCII and U+2581, as rows and columns of a table. */
constexpr std::size_t COMMON_SPACE = 0x80;
constexpr std::size_t N_COMMON = COMMON_SPACE + 1;
constexpr std::size_t UNCOMMON = N_COMMON;

std::size_t common_index(char32_t c)
{
    return c < 0x80 ? c : c == SPACE ? COMMON_SPACE : UNCOMMON;
}

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
        characters_.insert(c, {1, number == MET ? next++ : number});
}

/* A piece is always put together in the same way, since what lies beside it takes no part in it;
 * so one pair leads to it: the two symbols that are left when all shorter pieces have been merged.
 * When more are left, no text ever gives this piece. */
void Merges::learn_piece(std::int32_t id, const Model &model, std::vector<Symbol> &symbols)
{
    const Piece &piece = model.pieces[static_cast<std::size_t>(id)];
    symbols.resize(std::max(symbols.size(), piece.text.size()));
    if (merge(piece.text, symbols.data()) != 2)
        return;
    const Symbol &left = symbols[0], &right = symbols[1];
    MergeTable::Join join = {MergeTable::order_of(piece.score), id};
    joins_.insert(MergeTable::pair_key(left.id, right.id), join);
    std::size_t len, right_len;
    std::size_t first = common_index(first_character(piece.text, len));
    std::size_t second = common_index(first_character(piece.text.substr(len), right_len));
    if (len + right_len == piece.text.size() && first != UNCOMMON && second != UNCOMMON)
        common_joins_[first * N_COMMON + second] = join;
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
    joins_.reserve(jobs.size());
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
    space_symbol_ = symbol_of(SPACE);
    joins_.reserve(0);
    common_joins_.assign(N_COMMON * N_COMMON, {0, 0});
    if (model.type == Type::bpe)
        learn(model);
    return true;
}

/* ---- merging ---- */

std::int32_t Merges::high_symbol(char32_t c) const
{
    MergeTable::Join found = characters_.find(c);
    return found.order ? found.merged : std::int32_t{UNKNOWN};
}

/* Room for as many symbols as the text has bytes. */
std::size_t Merges::split(std::string_view text, Symbol *symbols) const
{
    std::size_t n = 0;
    for (std::size_t at = 0, len = 1; at < text.size(); at += len, n++) {
        symbols[n].id = symbol_of(first_character(text.substr(at), len));
        symbols[n].at = static_cast<std::uint32_t>(at);
    }
    return n;
}

/* Of two neighbouring characters. One in no piece may pass for a U+2581 that is in none either:
 * they are joined with nothing. */
MergeTable::Join Merges::first_join(std::string_view text, const Symbol *symbols) const
{
    auto index_of = [&](const Symbol &symbol) {
        auto lead = static_cast<unsigned char>(text[symbol.at]);
        return lead < 0x80 ? lead : symbol.id == space_symbol_ ? COMMON_SPACE : UNCOMMON;
    };
    std::size_t left = index_of(symbols[0]), right = index_of(symbols[1]);
    if (left == UNCOMMON || right == UNCOMMON)
        return join(symbols[0].id, symbols[1].id);
    return common_joins_[left * N_COMMON + right];
}

namespace
{

/* Those that are left, side by side. */
template <typename Symbol, typename Next>
std::size_t close_up(Symbol *symbols, std::size_t n, const Next &next)
{
    std::size_t n_left = 0;
    for (std::size_t i = 0; i < n; i = next[i])
        symbols[n_left++] = symbols[i];
    return n_left;
}

} // namespace

/* The pair of the highest score is joined, of equal ones the leftmost, until there is none. The
 * pair that begins at a place is one number, so that the best is found without a branch. At most
 * FEW symbols. */
std::size_t Merges::merge_few(std::string_view text, Symbol *symbols, std::size_t n) const
{
    std::uint64_t pairs[FEW]; /* order, and how far from the right; 0: none */
    std::int32_t merged[FEW];
    std::uint8_t next[FEW], previous[FEW]; /* n: none */
    auto set = [&](std::size_t i, MergeTable::Join join) {
        pairs[i] = join.order ? std::uint64_t{join.order} * FEW + (FEW - 1 - i) : 0;
        merged[i] = join.merged;
    };
    for (std::size_t i = 0; i < n; i++) {
        next[i] = static_cast<std::uint8_t>(i + 1);
        previous[i] = static_cast<std::uint8_t>(i ? i - 1 : n);
        set(i, i + 1 < n ? first_join(text, symbols + i) : MergeTable::Join{0, 0});
    }
    for (;;) {
        std::uint64_t best = 0;
        for (std::size_t i = 0; i < n; i++)
            best = std::max(best, pairs[i]);
        if (!best)
            break;
        std::size_t left = FEW - 1 - best % FEW, gone = next[left];
        std::size_t before = previous[left], right = next[gone];
        symbols[left].id = merged[left];
        pairs[left] = pairs[gone] = 0;
        next[left] = static_cast<std::uint8_t>(right);
        if (before < n)
            joins_.expect(MergeTable::pair_key(symbols[before].id, symbols[left].id));
        if (right < n) {
            previous[right] = static_cast<std::uint8_t>(left);
            set(left, join(symbols[left].id, symbols[right].id));
        }
        if (before < n)
            set(before, join(symbols[before].id, symbols[left].id));
    }
    return close_up(symbols, n, next);
}

namespace
{

struct Candidate {
    MergeTable::Join join;
    std::size_t left, right;        /* symbols, by where they were first */
    std::int32_t left_id, right_id; /* as they were: what has changed since is void */
};

struct Later {
    bool operator()(const Candidate &a, const Candidate &b) const
    {
        return a.join.order < b.join.order || (a.join.order == b.join.order && a.left > b.left);
    }
};

} // namespace

std::size_t Merges::merge_many(Symbol *symbols, std::size_t n) const
{
    std::vector<std::size_t> next(n), previous(n); /* n: none */
    std::priority_queue<Candidate, std::vector<Candidate>, Later> heap;
    auto look_up = [&](std::size_t left, std::size_t right) {
        if (left == n || right == n)
            return;
        MergeTable::Join found = join(symbols[left].id, symbols[right].id);
        if (found.order)
            heap.push({found, left, right, symbols[left].id, symbols[right].id});
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
        symbols[top.left].id = top.join.merged;
        symbols[top.right].id = GONE;
        next[top.left] = next[top.right];
        if (next[top.left] != n)
            previous[next[top.left]] = top.left;
        look_up(previous[top.left], top.left);
        look_up(top.left, next[top.left]);
    }
    return close_up(symbols, n, next);
}

/* Leaves in `symbols`, of which there are as many as the text has bytes, what the text comes down
 * to. */
std::size_t Merges::merge(std::string_view text, Symbol *symbols) const
{
    std::size_t n = split(text, symbols);
    return n <= FEW ? merge_few(text, symbols, n) : merge_many(symbols, n);
}

/* ---- ids ---- */

void Merges::put(const Symbol *symbols, std::size_t n, std::string_view text,
                 std::vector<int> &ids) const
{
    bool after_unknown = false;
    for (std::size_t i = 0; i < n; i++) {
        std::int32_t id = symbols[i].id;
        bool unknown = id == UNKNOWN || id >= n_pieces_;
        if (!unknown) {
            ids.push_back(id);
        } else if (byte_fallback_) {
            std::size_t end = i + 1 < n ? symbols[i + 1].at : text.size();
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
    Symbol few[4 * FEW];
    std::vector<Symbol> many(normalized.size() > 4 * FEW ? normalized.size() : 0);
    Symbol *symbols = many.empty() ? few : many.data();
    std::size_t n = merge(normalized, symbols);
    ids.reserve(ids.size() + n);
    put(symbols, n, normalized, ids);
}

} // namespace calib_sp
