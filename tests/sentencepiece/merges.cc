/* SPDX-License-Identifier: MIT */
/* Compares the adapter's merging with one that joins strings, on random models and texts. The
 * models have symbols and UNUSED pieces; two wrong ways to treat those must give other ids. TAP. */
#include "merges.h"
#include "adapter/utf8.h"

#include <cfloat>
#include <cstdio>
#include <deque>
#include <limits>
#include <map>
#include <random>
#include <string>

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
        model.pieces.push_back({texts.back(), score, kind});
        if (model.pieces.back().in_texts())
            ids[text] = static_cast<int>(model.pieces.size()) - 1;
    }

    const Piece *find(const std::string &text) const
    {
        auto found = ids.find(text);
        return found == ids.end() ? nullptr
                                  : &model.pieces[static_cast<std::size_t>(found->second)];
    }

    bool is(const std::string &text, Kind kind) const
    {
        const Piece *piece = find(text);
        return piece && piece->kind == kind;
    }
};

/* Scores with ties, descending as usual, mixed, or extreme. */
float random_score(Random &random, std::size_t how)
{
    static const float extremes[] = {0.0f, 1, FLT_MAX, -FLT_MAX, FLT_MIN, -FLT_MIN};
    switch (how) {
    case 0: return -static_cast<float>(below(random, 3));
    case 1: return -static_cast<float>(below(random, 1000));
    case 2: return static_cast<float>(below(random, 2000)) / 7 - 100;
    default: return extremes[below(random, 6)];
    }
}

/* Most pieces are NORMAL; in some models many are UNUSED, or symbols. */
Kind random_kind(Random &random, const std::size_t one_in[2])
{
    if (one_in[0] && below(random, one_in[0]) == 0)
        return Kind::unused;
    return one_in[1] && below(random, one_in[1]) == 0 ? Kind::user_defined : Kind::normal;
}

void make_model(Random &random, TestModel &made)
{
    static const std::size_t rates[] = {0, 2, 4, 20};
    std::size_t how = below(random, 4), longest = below(random, 3) ? 80 : 400;
    std::size_t one_in[2] = {rates[below(random, 4)], rates[below(random, 4)]};
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
            made.add(made.growing.back(), random_score(random, how), random_kind(random, one_in));
    }
    made.growing.push_back("d");
    for (std::size_t n = below(random, 80); n > 0; n--) {
        std::string text = made.growing[below(random, made.growing.size())] +
                           made.growing[below(random, made.growing.size())];
        if (text.size() > longest || made.ids.count(text))
            continue;
        made.add(text, random_score(random, how), random_kind(random, one_in));
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

/* The library's way, and two that must fail: symbols that merge like any piece, and UNUSED pieces
 * that the model might as well not have. */
enum class Way { library, symbols_merge, unused_are_missing };

class Reference
{
public:
    Reference(const TestModel &made, bool unused_is_unknown, Way way)
        : made_(made), unused_is_unknown_(unused_is_unknown), way_(way)
    {
    }

    std::vector<int> ids(std::string_view text)
    {
        std::vector<Part> parts = split(text);
        if (made_.model.type == Type::bpe)
            merge(parts);
        for (const Part &part : parts)
            put(part.text);
        return ids_;
    }

    /** A piece was made of two different pairs of symbols. */
    bool is_ambiguous() const
    {
        return is_ambiguous_;
    }

private:
    struct Part {
        std::string text;
        bool is_symbol;
    };

    std::vector<Part> split(std::string_view text) const
    {
        std::vector<Part> parts;
        for (std::size_t len = 0; !text.empty(); text.remove_prefix(len)) {
            first_character(text, len);
            bool is_symbol = false;
            for (std::size_t n = text.size(); n > 0 && !is_symbol; n--) {
                is_symbol = way_ != Way::symbols_merge &&
                            made_.is(std::string(text.substr(0, n)), Kind::user_defined);
                len = is_symbol ? n : len;
            }
            parts.push_back({std::string(text.substr(0, len)), is_symbol});
        }
        return parts;
    }

    /* The piece that two neighbours can be joined into, or NULL. */
    const Piece *joined(const Part &left, const Part &right)
    {
        if (left.is_symbol || right.is_symbol)
            return nullptr;
        const Piece *piece = made_.find(left.text + right.text);
        if (!piece || piece->kind != Kind::unused)
            return piece;
        if (way_ == Way::unused_are_missing)
            return nullptr;
        auto [made_of, added] = made_of_.insert({left.text + right.text, left.text.size()});
        is_ambiguous_ = is_ambiguous_ || made_of->second != left.text.size();
        return piece;
    }

    /* Joins the pair of the highest score, the leftmost of equal ones, until no pair is a piece. */
    void merge(std::vector<Part> &parts)
    {
        for (;;) {
            std::size_t best = parts.size();
            float best_score = 0;
            for (std::size_t i = 0; i + 1 < parts.size(); i++) {
                const Piece *piece = joined(parts[i], parts[i + 1]);
                if (!piece || (best < parts.size() && piece->score <= best_score))
                    continue;
                best = i;
                best_score = piece->score;
            }
            if (best == parts.size())
                return;
            parts[best].text += parts[best + 1].text;
            parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
        }
    }

    void put(const std::string &text)
    {
        bool is_unused = made_.is(text, Kind::unused);
        auto made_of = made_of_.find(text);
        if (is_unused && made_of != made_of_.end()) {
            put(text.substr(0, made_of->second));
            put(text.substr(made_of->second));
            return;
        }
        bool unknown = !made_.find(text) || (is_unused && unused_is_unknown_);
        if (!unknown)
            ids_.push_back(made_.ids.at(text));
        else if (made_.model.byte_fallback)
            for (char byte : text)
                ids_.push_back(made_.first_byte_id + static_cast<unsigned char>(byte));
        else if (!after_unknown_)
            ids_.push_back(made_.unknown_id);
        after_unknown_ = unknown;
    }

    const TestModel &made_;
    bool unused_is_unknown_;
    Way way_;
    std::map<std::string, std::size_t> made_of_; /* lengths of left parts */
    bool is_ambiguous_ = false;
    std::vector<int> ids_;
    bool after_unknown_ = false;
};

/* Numbers of texts of which wrong ways give other ids. */
struct Wrong {
    int symbols = 0, unused = 0;
};

bool check_text(const TestModel &made, const Merges &merges, bool unused_is_unknown,
                const std::string &text, Wrong &wrong)
{
    std::vector<int> ids;
    merges.encode(text, ids);
    Reference library(made, unused_is_unknown, Way::library);
    auto in_another_way = [&](Way way) {
        return Reference(made, unused_is_unknown, way).ids(text) != ids;
    };
    wrong.symbols += in_another_way(Way::symbols_merge);
    wrong.unused += in_another_way(Way::unused_are_missing);
    return ids == library.ids(text) && !library.is_ambiguous();
}

bool check_models(Random &random, Wrong &wrong)
{
    enum { N_MODELS = 200, N_TEXTS = 20 };
    for (int i = 0; i < N_MODELS; i++) {
        TestModel made;
        Merges merges;
        make_model(random, made);
        SymbolTable symbols(made.model);
        bool unused_is_unknown = below(random, 2);
        if (!merges.build(made.model, symbols, unused_is_unknown))
            return false;
        for (int k = 0; k < N_TEXTS; k++) {
            std::string text = make_text(random, made);
            if (!check_text(made, merges, unused_is_unknown, text, wrong)) {
                std::printf("# model %d, text %d: %s\n", i, k, text.c_str());
                return false;
            }
        }
    }
    std::printf("# of %d texts, %d and %d in the wrong ways\n", N_MODELS * N_TEXTS, wrong.symbols,
                wrong.unused);
    return true;
}

bool is_built(TestModel &made)
{
    Merges merges;
    made.model.type = Type::bpe;
    made.add("<unk>", 0, Kind::unknown);
    return merges.build(made.model, SymbolTable(made.model), false);
}

bool is_taken(std::string_view text, float score, Kind kind)
{
    TestModel made;
    made.add(std::string(text), score, kind);
    return is_built(made);
}

/* Newer libraries put 0 above -0. */
bool are_zeros_taken()
{
    TestModel made;
    made.add("ab", 0.0f, Kind::normal);
    made.add("bc", -0.0f, Kind::normal);
    return is_built(made);
}

/* UNUSED pieces of 2 to `n` letters, each made of the one before it. */
bool is_nest_taken(std::size_t n)
{
    TestModel made;
    std::string text = "a";
    while (text.size() < n) {
        text += "b";
        made.add(text, -static_cast<float>(text.size()), Kind::unused);
    }
    return is_built(made);
}

bool check_taken()
{
    constexpr float INFINITE = std::numeric_limits<float>::infinity();
    return is_taken("a", -1, Kind::normal) && is_taken("<s>", 0, Kind::control) &&
           !is_taken("s", 0, Kind::control) && is_taken("<s>", 0, Kind::user_defined) &&
           is_taken("ab", -1, Kind::unused) && !is_taken("a", INFINITE, Kind::normal) &&
           !is_taken("a", std::numeric_limits<float>::quiet_NaN(), Kind::normal) &&
           is_taken("a", -0.0f, Kind::normal) && !is_taken("a", FLT_TRUE_MIN, Kind::unused) &&
           !is_taken(std::string_view("\0", 1), -1, Kind::normal) &&
           !is_taken(std::string_view("a\0b", 3), -1, Kind::normal) && is_nest_taken(101) &&
           !is_nest_taken(102) && !are_zeros_taken();
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main()
{
    Random random(20250101);
    Wrong wrong;
    std::printf("1..4\n");
    tell(1, check_taken(), "what it does not know is left to the library");
    tell(2, check_models(random, wrong), "merging is joining strings");
    tell(3, wrong.symbols > 0, "symbols that merge give other ids");
    tell(4, wrong.unused > 0, "UNUSED pieces that are left out give other ids");
    return 0;
}
