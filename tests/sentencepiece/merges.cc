/* SPDX-License-Identifier: MIT */
/* Compares the adapter's merging with one that joins strings, on random models and texts. TAP. */
#include "merges.h"
#include "adapter/utf8.h"

#include <cfenv>
#include <cfloat>
#include <cstdio>
#include <deque>
#include <limits>
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

/* Characters at the borders of the adapter's tables, and unknown ones. */
constexpr std::string_view random_characters[] = {
    "a",
    "b",
    "c",
    "\x7f",
    std::string_view("\0", 1),
    "\xc2\x80",         /* U+0080 */
    "\xd0\xb1",         /* U+0431 */
    "\xdf\xbf",         /* U+07FF */
    "\xe2\x96\x81",     /* U+2581 */
    "\xe2\x96\x88",     /* U+2588 */
    "\xe2\xbf\xbf",     /* U+2FFF */
    "\xe3\x80\x80",     /* U+3000 */
    "\xe6\x9d\xb1",     /* U+6771 */
    "\xf0\x90\x80\x80", /* U+10000 */
    "\xf4\x8f\xbf\xbf", /* U+10FFFF */
};
constexpr std::size_t N_CHARACTERS = sizeof random_characters / sizeof *random_characters;

struct TestModel {
    Model model;
    std::deque<std::string> texts;    /* the pieces point to these */
    std::map<std::string, int> ids;   /* of the pieces that are found in texts */
    std::vector<std::string> growing; /* characters and pieces */
    int unknown_id = 0, first_byte_id = 0;

    void add(const std::string &text, float score, Kind kind)
    {
        texts.push_back(text);
        if (kind == Kind::normal)
            ids[text] = static_cast<int>(model.pieces.size());
        model.pieces.push_back({texts.back(), score, kind});
    }
};

/* Scores with ties, descending as usual, mixed, or extreme. */
float random_score(Random &random, std::size_t how)
{
    static const float extremes[] = {0.0f,    -0.0f,    FLT_TRUE_MIN, -FLT_TRUE_MIN,
                                     FLT_MAX, -FLT_MAX, FLT_MIN,      -FLT_MIN};
    switch (how) {
    case 0: return -static_cast<float>(below(random, 3));
    case 1: return -static_cast<float>(below(random, 1000));
    case 2: return static_cast<float>(below(random, 2000)) / 7 - 100;
    default: return extremes[below(random, 8)];
    }
}

void make_model(Random &random, TestModel &made)
{
    std::size_t how = below(random, 4), longest = below(random, 3) ? 80 : 400;
    made.model.type = below(random, 8) ? Type::bpe : Type::character;
    made.model.byte_fallback = below(random, 2);
    for (std::size_t n = below(random, 3); n > 0; n--)
        made.add("<s>", 0, Kind::control);
    made.unknown_id = static_cast<int>(made.model.pieces.size());
    made.first_byte_id = made.unknown_id + 1;
    made.add("<unk>", 0, Kind::unknown);
    for (unsigned i = 0; made.model.byte_fallback && i < 256; i++) {
        char text[8];
        std::snprintf(text, sizeof text, "<0x%02X>", i);
        made.add(text, 0, Kind::byte);
    }
    for (std::size_t i = 0; i < N_CHARACTERS; i++) {
        if (random_characters[i][0] == 0 || below(random, 3) == 0)
            continue; /* a piece with NUL is left to the library */
        made.growing.emplace_back(random_characters[i]);
        if (below(random, 5))
            made.add(made.growing.back(), random_score(random, how), Kind::normal);
    }
    made.growing.push_back("d");
    for (std::size_t n = below(random, 80); n > 0; n--) {
        std::string text = made.growing[below(random, made.growing.size())] +
                           made.growing[below(random, made.growing.size())];
        if (text.size() > longest || made.ids.count(text))
            continue;
        made.add(text, random_score(random, how), Kind::normal);
        made.growing.push_back(text);
    }
}

std::string make_text(Random &random, const TestModel &made)
{
    std::size_t len = below(random, 3) ? below(random, 80) : 60 + below(random, 240);
    std::string text;
    while (text.size() < len)
        text += below(random, 8)
                    ? std::string_view(made.growing[below(random, made.growing.size())])
                    : random_characters[below(random, N_CHARACTERS)];
    return text;
}

/* Joins the pair of the highest score, the leftmost of equal ones, until no pair is a piece. */
void merge_strings(const TestModel &made, std::vector<std::string> &parts)
{
    for (;;) {
        std::size_t best = parts.size();
        float best_score = 0;
        for (std::size_t i = 0; i + 1 < parts.size(); i++) {
            auto found = made.ids.find(parts[i] + parts[i + 1]);
            if (found == made.ids.end())
                continue;
            float score = made.model.pieces[static_cast<std::size_t>(found->second)].score;
            if (best == parts.size() || score > best_score) {
                best = i;
                best_score = score;
            }
        }
        if (best == parts.size())
            return;
        parts[best] += parts[best + 1];
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
}

std::vector<int> expected_ids(const TestModel &made, std::string_view text)
{
    std::vector<std::string> parts;
    for (std::size_t len = 0; !text.empty(); text.remove_prefix(len)) {
        first_character(text, len);
        parts.emplace_back(text.substr(0, len));
    }
    if (made.model.type == Type::bpe)
        merge_strings(made, parts);
    std::vector<int> ids;
    bool after_unknown = false;
    for (const std::string &part : parts) {
        auto found = made.ids.find(part);
        bool unknown = found == made.ids.end();
        if (!unknown)
            ids.push_back(found->second);
        else if (made.model.byte_fallback)
            for (char byte : part)
                ids.push_back(made.first_byte_id + static_cast<unsigned char>(byte));
        else if (!after_unknown)
            ids.push_back(made.unknown_id);
        after_unknown = unknown;
    }
    return ids;
}

bool check_models(Random &random)
{
    enum { N_MODELS = 150, N_TEXTS = 100 };
    for (int i = 0; i < N_MODELS; i++) {
        TestModel made;
        Merges merges;
        make_model(random, made);
        if (!merges.build(made.model))
            return false;
        for (int k = 0; k < N_TEXTS; k++) {
            std::string text = make_text(random, made);
            std::vector<int> ids;
            merges.encode(text, ids);
            if (ids != expected_ids(made, text)) {
                std::printf("# model %d, text %d: %s\n", i, k, text.c_str());
                return false;
            }
        }
    }
    return true;
}

bool is_taken(std::string_view text, float score, Kind kind)
{
    TestModel made;
    Merges merges;
    made.model.type = Type::bpe;
    made.add("<unk>", 0, Kind::unknown);
    made.add(std::string(text), score, kind);
    return merges.build(made.model);
}

bool check_taken()
{
    constexpr float INFINITE = std::numeric_limits<float>::infinity();
    return is_taken("a", -1, Kind::normal) && is_taken("<s>", 0, Kind::control) &&
           !is_taken("s", 0, Kind::control) && !is_taken("<s>", 0, Kind::user_defined) &&
           !is_taken("ab", -1, Kind::unused) && !is_taken("a", INFINITE, Kind::normal) &&
           !is_taken("a", std::numeric_limits<float>::quiet_NaN(), Kind::normal) &&
           !is_taken(std::string_view("\0", 1), -1, Kind::normal) &&
           !is_taken(std::string_view("a\0b", 3), -1, Kind::normal);
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
    volatile float scores[] = {-FLT_MAX,     -2,      -1, -FLT_MIN, -FLT_TRUE_MIN, -0.0f, 0,
                               FLT_TRUE_MIN, FLT_MIN, 1,  2,        FLT_MAX};
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
    std::printf("1..5\n");
    tell(1, check_orders(), "scores are in the order of their numbers");
    tell(2, check_table(random, 2000), "the table finds what was put into it, and nothing else");
    tell(3, check_table(random, 100), "also if it has more than it was made for");
    tell(4, check_taken(), "what it does not know is left to the library");
    tell(5, check_models(random), "merging is joining strings");
    return 0;
}
