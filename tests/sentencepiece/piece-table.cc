/* SPDX-License-Identifier: MIT */
/* The table of pieces, filled with texts that are prefixes of each other, and the order of scores.
 * TAP. */
#include "piece_table.h"

#include <cfenv>
#include <cfloat>
#include <cstdio>
#include <deque>
#include <map>
#include <random>
#include <string>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

using namespace calib_sp;

namespace
{

using Random = std::mt19937;

std::size_t below(Random &random, std::size_t n)
{
    return random() % n;
}

/* Makes a string of few different bytes, so that strings begin with one another, of every length
 * that matters. */
std::string random_bytes(Random &random)
{
    static const std::size_t around[] = {1, 7, 8, 15, 16, 17, 255, 256, 300};
    std::size_t len = below(random, 2) ? 1 + below(random, 20) : around[below(random, 9)];
    std::string text(len, 'a');
    for (std::size_t n = below(random, 4); n > 0; n--)
        text[below(random, len)] = "\0ab\xff"[below(random, 4)];
    return text;
}

bool is_found(const PieceTable &table, const std::string &room, std::size_t len, int id)
{
    Merge entry = table.find(std::string_view(room).substr(0, len));
    if (entry.order == static_cast<unsigned>(id + 1) && (id < 0 || entry.id == id))
        return true;
    std::printf("# %zu bytes: %d, not %d\n", len, entry.id, id);
    return false;
}

/* Fills a table that has room for `n_reserved` pieces. */
bool check_table(Random &random, std::size_t n_reserved)
{
    constexpr int N_PIECES = 2000, N_TEXTS = 100000;
    std::deque<std::string> texts; /* the table points to these */
    std::map<std::string, int> ids;
    PieceTable table;
    table.reserve(n_reserved);
    for (int id = 0; id < N_PIECES; id++) {
        texts.push_back(random_bytes(random));
        ids[texts.back()] = id;
        table.insert(texts.back(), {1u + static_cast<unsigned>(id), id});
    }
    int n_found = 0;
    for (int i = 0; i < N_TEXTS; i++) {
        const std::string &text =
            i < N_PIECES ? texts[static_cast<std::size_t>(i)] : random_bytes(random);
        std::string room = text + std::string(PieceTable::READ, "\0a"[below(random, 2)]);
        auto found = ids.find(text);
        int id = found == ids.end() ? -1 : found->second;
        if (!is_found(table, room, text.size(), id))
            return false;
        n_found += id >= 0;
    }
    std::printf("# of %d texts %d are pieces\n", N_TEXTS, n_found);
    return is_found(table, std::string(PieceTable::READ, 'a'), 0, -1);
}

/* Compares floats as the processor does in its present mode. */
bool orders_are_right()
{
    volatile float scores[] = {-FLT_MAX, -2, -1, -FLT_MIN, -0.0f, 0, FLT_MIN, 1, 2, FLT_MAX};
    bool good = true;
    for (float a : scores)
        for (float b : scores)
            good = good && (PieceTable::order_of(a) < PieceTable::order_of(b)) == (a < b);
    return good;
}

bool check_orders()
{
    bool good = true;
    for (int rounding : {FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO, FE_TONEAREST}) {
        std::fesetround(rounding);
        good = good && orders_are_right();
    }
#ifdef __SSE__
    constexpr unsigned FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x40;
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    good = good && orders_are_right();
    _mm_setcsr(before);
#endif
    return good;
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    Random random(20250101);
    std::printf("1..3\n");
    tell(1, check_orders(), "scores are in the order of their numbers");
    tell(2, check_table(random, 2000), "the table finds what was put into it, and nothing else");
    tell(3, check_table(random, 100), "also if it has more than it was made for");
    return 0;
}
