/* SPDX-License-Identifier: MIT */
/* Where regular expressions allow cuts: for every pair of characters that represent what the
 * patterns tell apart, the rule against a search of all short texts. TAP. */
#include "regex.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

constexpr unsigned LONGEST = 5;

struct Family {
    const char *name;
    std::vector<const char *> files; /* a pattern each; one splits the pieces of the one before */
    std::vector<const char *> characters;
    /* Pairs without a cut, though no text is short enough to show why. */
    unsigned n_missed;
};

using Characters = std::vector<const char *>;

const Characters WORDS = {"a", "s", "l", "r", "e", "\u0301", "1", " ", "\t", "\n", "'", "."};
const Characters WORDS_AND_LINES = {"a", "s",  "l",  "r",  "e", "\u0301", "1",
                                    " ", "\t", "\n", "\r", "'", "."};
const Characters CASES = {"a", "s",  "l",  "A", "\u4e00", "\u01c5", "1",
                          " ", "\t", "\n", "'", ".",      "/",      "\u0301"};

const Family FAMILIES[] = {
    {"GPT-2", {"gpt2"}, WORDS, 0},
    {"cl100k", {"cl100k"}, WORDS_AND_LINES, 0},
    {"Qwen 2 and 3", {"qwen2"}, WORDS_AND_LINES, 0},
    {"Qwen 3.5", {"qwen3-5"}, WORDS_AND_LINES, 0},
    {"o200k", {"o200k"}, CASES, 0},
    {"Tekken", {"tekken"}, CASES, 0},
    {"Kimi",
     {"kimi-k2"},
     {"a", "s", "A", "\u4e00", "\u3007", "\u0627", "\u0301", "1", " ", "\t", "\n", "'", ".", "/"},
     0},
    {"Bloom", {"bloom"}, {"a", "1", " ", "\t", "\n", ".", "(", "|", "\u3002", "'"}, 0},
    {"Ling", {"bailing"}, WORDS_AND_LINES, 0},
    {"Seed-Coder", {"seed-coder"}, WORDS_AND_LINES, 0},
    {"CLIP", {"clip"}, {"a", "s", "<", "|", "t", "1", " ", "\n", "'", ">"}, 2},
    {"DeepSeek",
     {"deepseek-v3-1", "deepseek-v3-2", "deepseek-v3-3"},
     {"a", "A", "\u00e9", "\u4e00", "\u0301", "1", " ", "\t", "\n", ".", "+", "\u2014", "\u00a9",
      "\x01"},
     0},
    {"StarCoder", {"digit", "gpt2"}, WORDS, 0},
    {"Falcon",
     {"falcon-1", "gpt2", "falcon-3", "falcon-4"},
     {"a", "s", "l", "e", "\u0301", "1", " ", "\t", "\n", "'", ".", "+", "\u00a9"},
     0},
};

/* Boundaries of a text as bits: bit i is the one behind i characters. */
using Bounds = std::uint8_t;

class Search
{
public:
    Search(const std::string &folder, const Family &family);

    /* Returns true if all short texts in which the two stand side by side split into what the parts
     * on both sides of them split into. */
    bool is_cut_in_all(std::size_t left, std::size_t right) const;

    /* Returns true if the rule says so. */
    bool is_cut_by_rule(std::size_t left, std::size_t right) const;

private:
    void split(const std::string &text, std::size_t begin, std::size_t end, std::size_t stage,
               std::vector<bool> &bounds) const;
    Bounds bounds_of(std::size_t n, std::size_t number) const;
    bool agrees(unsigned n, unsigned k, std::size_t number) const;

    const Family &family_;
    std::vector<Regex> stages_;
    std::vector<std::vector<Bounds>> bounds_; /* by length, then by the text as a number */
};

char32_t decode(const std::string &text)
{
    auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]) & 0x3fu; };
    switch (text.size()) {
    case 1: return static_cast<unsigned char>(text[0]);
    case 2: return (byte(0) & 0x1f) << 6 | byte(1);
    default: return (byte(0) & 0x0f) << 12 | byte(1) << 6 | byte(2);
    }
}

Search::Search(const std::string &folder, const Family &family) : family_(family)
{
    for (const char *name : family.files) {
        std::ifstream file(folder + "/" + name, std::ios::binary);
        std::string pattern{std::istreambuf_iterator<char>(file), {}};
        stages_.emplace_back();
        if (!file || stages_.back().compile(pattern)) {
            throw std::runtime_error(std::string("cannot compile the pattern ") + name);
        }
    }
    std::size_t n_texts = 1;
    for (unsigned n = 0; n <= LONGEST; n++, n_texts *= family.characters.size()) {
        bounds_.emplace_back();
        for (std::size_t number = 0; number < n_texts; number++)
            bounds_.back().push_back(bounds_of(n, number));
    }
}

void Search::split(const std::string &text, std::size_t begin, std::size_t end, std::size_t stage,
                   std::vector<bool> &bounds) const
{
    bounds[begin] = true;
    if (stage == stages_.size())
        return;
    std::string piece = text.substr(begin, end - begin);
    std::size_t at = 0, first = 0, last = 0;
    while (stages_[stage].find(piece, at, first, last)) {
        if (first > at)
            split(text, begin + at, begin + first, stage + 1, bounds);
        split(text, begin + first, begin + last, stage + 1, bounds);
        at = last;
    }
    if (at < piece.size())
        split(text, begin + at, end, stage + 1, bounds);
}

Bounds Search::bounds_of(std::size_t n, std::size_t number) const
{
    std::vector<std::string> parts(n);
    std::string text;
    for (std::size_t i = n; i-- > 0; number /= family_.characters.size())
        parts[i] = family_.characters[number % family_.characters.size()];
    for (const std::string &part : parts)
        text += part;
    std::vector<bool> at_byte(text.size() + 1);
    split(text, 0, text.size(), 0, at_byte);
    unsigned found = 0;
    for (std::size_t i = 0, at = 0; i < n; at += parts[i++].size())
        found |= static_cast<unsigned>(at_byte[at]) << i;
    return static_cast<Bounds>(found);
}

/* Text `number` of n characters splits like its first k and the rest. */
bool Search::agrees(unsigned n, unsigned k, std::size_t number) const
{
    std::size_t power = 1;
    for (unsigned i = k; i < n; i++)
        power *= family_.characters.size();
    unsigned parts =
        bounds_[k][number / power] | static_cast<unsigned>(bounds_[n - k][number % power]) << k;
    return bounds_[n][number] == parts;
}

bool Search::is_cut_in_all(std::size_t left, std::size_t right) const
{
    std::size_t base = family_.characters.size();
    for (unsigned n = 2; n <= LONGEST; n++)
        for (unsigned k = 1; k < n; k++) {
            std::size_t before = 1, behind = 1;
            for (unsigned i = 1; i < k; i++)
                before *= base;
            for (unsigned i = k + 1; i < n; i++)
                behind *= base;
            for (std::size_t x = 0; x < before; x++)
                for (std::size_t y = 0; y < behind; y++)
                    if (!agrees(n, k, ((x * base + left) * base + right) * behind + y))
                        return false;
        }
    return true;
}

bool Search::is_cut_by_rule(std::size_t left, std::size_t right) const
{
    char32_t c = decode(family_.characters[left]), d = decode(family_.characters[right]);
    for (const Regex &stage : stages_) {
        if (stage.is_cut(stage.kind_of(c), stage.kind_of(d)))
            return true;
        if (!stage.is_apart(stage.kind_of(c), stage.kind_of(d)))
            return false;
    }
    return false;
}

bool check(const std::string &folder, const Family &family)
{
    Search search(folder, family);
    unsigned n_wrong = 0, n_missed = 0, n_cuts = 0;
    for (std::size_t left = 0; left < family.characters.size(); left++)
        for (std::size_t right = 0; right < family.characters.size(); right++) {
            bool rule = search.is_cut_by_rule(left, right);
            bool all = search.is_cut_in_all(left, right);
            n_cuts += rule;
            n_wrong += rule && !all;
            n_missed += all && !rule;
            if (rule != all)
                std::printf("# %s: '%s' '%s': %s\n", family.name, family.characters[left],
                            family.characters[right], rule ? "wrong" : "missed");
        }
    return n_wrong == 0 && n_missed == family.n_missed && n_cuts > 0;
}

} // namespace

int main()
{
    const char *root = std::getenv("SOURCE_ROOT");
    std::string folder = std::string(root ? root : ".") + "/tests/fuzz/seeds/regex";
    std::printf("1..%zu\n", std::size(FAMILIES));
    unsigned number = 0, n_failed = 0;
    for (const Family &family : FAMILIES) {
        bool good = check(folder, family);
        n_failed += !good;
        std::printf("%sok %u - cuts of %s\n", good ? "" : "not ", ++number, family.name);
    }
    return n_failed != 0;
}
