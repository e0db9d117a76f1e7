/* SPDX-License-Identifier: MIT */
/* The tables of merges and of the vocabulary against maps, at sizes where their layout changes.
 * TAP. */
#include "id_list.h"
#include "merges.h"
#include "model_reader.h"
#include "neighbours.h"
#include "spec.h"
#include "vocabulary.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "tell.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace calib_tj;

namespace
{

std::mt19937 random_number(1);

std::size_t below(std::size_t n)
{
    return random_number() % n;
}

using Pair = std::pair<std::int32_t, std::int32_t>;

struct Made {
    std::int32_t result;
    std::size_t place;
};

/* Pairs that are near each other, far apart, or all that there are. */
Pair pair_of(std::size_t i, std::size_t n_entries, int kind)
{
    auto entry = [n_entries](std::size_t number) {
        return static_cast<std::int32_t>(number % n_entries);
    };
    switch (kind) {
    case 0: return {entry(below(n_entries)), entry(below(n_entries))};
    case 1: return {entry(i / n_entries), entry(i)};
    default: return {entry(below(n_entries)), entry(below(3))};
    }
}

bool same(const Merge &merge, const Made *made)
{
    if (!made)
        return merge.order == 0;
    return merge.id == made->result &&
           merge.order == std::numeric_limits<std::uint32_t>::max() - (made->place + 1);
}

/* What is there is found, and what is not is not. */
bool merges_are_those_of_a_map(std::size_t n, std::size_t n_entries, int kind, unsigned hash)
{
    Merges merges;
    std::map<Pair, Made> map;
    bool good = true;
    merges.reserve(n, n, n_entries, hash);
    for (std::size_t i = 0; i < n && good; i++) {
        Pair pair = pair_of(i, n_entries, kind);
        auto result = static_cast<std::int32_t>(below(n_entries));
        good = merges.add(merges.prepare(pair.first, pair.second, result, i));
        map[pair] = {result, i};
    }
    for (const auto &[pair, made] : map)
        good = good && same(merges.find(merges.probe(pair.first, pair.second)), &made) &&
               same(merges.find(merges.probe(pair.first, pair.second, false)), nullptr);
    for (int i = 0; i < 20000 && good; i++) {
        Pair pair = pair_of(below(2 * n + 1), n_entries, i % 3);
        auto found = map.find(pair);
        good = same(merges.find(merges.probe(pair.first, pair.second)),
                    found == map.end() ? nullptr : &found->second);
    }
    return good;
}

void test_merges()
{
    constexpr std::size_t ENTRIES[] = {1,      2,      300,     8192,    8193,
                                       262144, 262145, 1048577, 2097153, 50000000};
    constexpr std::size_t MERGES[] = {0, 1, 31, 32, 33, 40, 5000, 90000};
    bool good = true;
    unsigned n_tables = 0;
    for (std::size_t n_entries : ENTRIES)
        for (std::size_t n : MERGES)
            for (int kind = 0; kind < 3; kind++)
                good = good && merges_are_those_of_a_map(n, n_entries, kind, 0) &&
                       merges_are_those_of_a_map(n, n_entries, kind,
                                                 1 + n_tables++ % (Merges::N_HASHES - 1));
    tell(good, "merges are those of a map");
}

/* All pairs begin in one slot, as found by trying: more than it may have are refused. */
void test_collisions()
{
    Merges merges;
    bool good = true;
    merges.reserve(1000, 1000, 600000, 0);
    std::size_t slot = merges.probe(0, 0).slot, n = 0;
    for (std::int32_t left = 0; left < 600000 && n < 300 && good; left++)
        for (std::int32_t right = 0; right < 200 && good; right++)
            if (merges.probe(left, right).slot == slot)
                good = merges.add(merges.prepare(left, right, 1, n++));
    std::printf("# %zu pairs\n", n);
    tell(n > 250 && !good, "pairs that collide are refused");
}

/* A model and its tables. */
struct Model {
    ModelSpec spec;
    Vocabulary vocabulary;
    Merges merges;

    void add(const std::string &text)
    {
        spec.ids.push_back(static_cast<std::int32_t>(spec.entries.size()));
        spec.entries.add(text);
    }

    void add_merge(const std::string &left, const std::string &right)
    {
        spec.merges.add(left);
        spec.merges.add(right);
    }

    /* Builds the tables; every merge is then found. */
    bool is_read()
    {
        std::vector<bool> is_part;
        bool good = read_vocabulary(spec, vocabulary) == 0 &&
                    read_merges(spec, vocabulary, merges, is_part) == 0;
        for (std::size_t i = 0; i < spec.merges.size() && good; i += 2) {
            std::string left(spec.merges[i]), right(spec.merges[i + 1]);
            Merge found = merges.find(merges.probe(vocabulary.find(left), vocabulary.find(right)));
            good = found.order != 0 && found.id == vocabulary.find(left + right);
        }
        return good;
    }
};

std::string word(std::size_t number)
{
    return {static_cast<char>('a' + number / 676 % 26), static_cast<char>('a' + number / 26 % 26),
            static_cast<char>('a' + number % 26)};
}

/* Returns true if the first hash takes the merges of `n` entries in a row with the one entry
 * `right`. */
bool fits(std::size_t n, std::int32_t right, std::size_t n_entries)
{
    Merges merges;
    merges.reserve(n, n, n_entries, 0);
    bool good = true;
    for (std::int32_t left = 0; left < static_cast<std::int32_t>(n) && good; left++)
        good = merges.add(merges.prepare(left, right, 0, static_cast<std::size_t>(left)));
    return good;
}

/* Words in a row with one suffix, which stands where the first hash fails. */
void test_another_hash()
{
    constexpr std::size_t N_WORDS = 5000, N_ENTRIES = 20000;
    std::size_t suffix = 2 * N_WORDS;
    while (suffix < N_ENTRIES && fits(N_WORDS, static_cast<std::int32_t>(suffix), N_ENTRIES))
        suffix++;
    Model model;
    for (std::size_t i = 0; i < N_WORDS; i++) {
        model.add(word(i));
        model.add_merge(word(i), "-");
    }
    for (std::size_t i = 0; i < N_WORDS; i++)
        model.add(word(i) + "-");
    for (std::size_t i = 2 * N_WORDS; i < N_ENTRIES; i++)
        model.add(i == suffix ? "-" : "other " + std::to_string(i));
    std::printf("# the suffix is entry %zu\n", suffix);
    tell(suffix < N_ENTRIES && model.is_read(),
         "merges that collide with one hash are read with another");
}

/* For each hash, more pairs than one slot may have. */
void test_no_hash()
{
    constexpr std::size_t N_LEFTS = 6000, N_RIGHTS = 300, N_PAIRS = 260, N_ENTRIES = 9000;
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (unsigned hash = 0; hash < Merges::N_HASHES; hash++) {
        Merges merges;
        merges.reserve(N_PAIRS * Merges::N_HASHES, N_PAIRS * Merges::N_HASHES, N_ENTRIES, hash);
        std::size_t slot = merges.probe(0, static_cast<std::int32_t>(N_LEFTS)).slot, n = 0;
        for (std::size_t i = 0; i < N_LEFTS * N_RIGHTS && n < N_PAIRS; i++) {
            std::size_t left = i % N_LEFTS, right = N_LEFTS + i / N_LEFTS;
            if (merges.probe(static_cast<std::int32_t>(left), static_cast<std::int32_t>(right))
                    .slot == slot)
                n += pairs.emplace(left, right).second;
        }
    }
    Model model;
    for (std::size_t i = 0; i < N_LEFTS + N_RIGHTS; i++)
        model.add((i < N_LEFTS ? "l" : "r") + std::to_string(i));
    for (auto [left, right] : pairs) {
        std::string l = "l" + std::to_string(left), r = "r" + std::to_string(right);
        model.add(l + r);
        model.add_merge(l, r);
    }
    while (model.spec.entries.size() < N_ENTRIES)
        model.add("other " + std::to_string(model.spec.entries.size()));
    bool refused = !model.is_read();
    std::string message = last_error().message;
    std::printf("# %zu merges: %s\n", pairs.size(), message.c_str());
    tell(refused && message.find("too many merges of the model collide") == 0,
         "merges that collide with every hash are refused");
}

/* Numbers at any four bytes of a text scatter as well as others. */
void test_patterns()
{
    bool good = true;
    for (int pattern = 0; pattern < 3; pattern++) {
        Model model;
        for (int i = 0; i < 10000; i++) {
            char text[20];
            constexpr const char *FORMATS[] = {"row_%d_%d:c%d%d", "loc_%d,%d.y%d%d", "%d%d%d%d"};
            std::snprintf(text, sizeof text, FORMATS[pattern], i / 1000, i / 100 % 10, i / 10 % 10,
                          i % 10);
            model.add(text);
        }
        good = good && model.is_read();
    }
    tell(good, "a vocabulary of numbers in a pattern is read");
}

using Neighbours = std::set<std::pair<char32_t, char32_t>>;

/* Characters of up to `limit`, the surrogates excepted. */
char32_t random_character(char32_t limit)
{
    auto c = static_cast<char32_t>(below(limit));
    return c >= 0xd800 && c < 0xe000 ? c - 0x800 : c;
}

Neighbours random_neighbours(NeighbourSet &set, int n, char32_t limit)
{
    Neighbours pairs;
    for (int i = 0; i < n; i++) {
        std::string left = "\u00e9", right;
        char32_t before = random_character(limit), behind = random_character(limit);
        append_utf8(before, left);
        append_utf8(behind, right);
        set.add_text(left, right + "x");
        pairs.insert({before, behind});
    }
    return pairs;
}

/* Merges join every end of one character with every beginning of the other. */
bool meet_in_bytes(char32_t left, char32_t right)
{
    std::string l, r;
    append_utf8(left, l);
    append_utf8(right, r);
    bool good = true;
    for (std::size_t n = 1; n <= l.size(); n++)
        for (std::size_t k = 1; k <= r.size(); k++) {
            NeighbourSet set;
            bool is_end = n == l.size() && below(2), is_beginning = k == r.size() && below(2);
            set.add_bytes((is_end ? "\xc3\xa9" : "") + l.substr(l.size() - n),
                          r.substr(0, k) + (is_beginning ? "\xc3\xa9" : ""));
            good = good && set.has_in_bytes(left, right) && !set.has_in_bytes(right + 1, left);
        }
    return good;
}

void test_neighbours_in_bytes()
{
    bool good = true;
    for (int i = 0; i < 200; i++)
        good = good && meet_in_bytes(0x80 + random_character(0xd000), 0x10000 + below(0x10000)) &&
               meet_in_bytes(0x10000 + below(0x10000), 0x80 + random_character(0xd000)) &&
               meet_in_bytes(0x80 + below(0x700), 0x800 + random_character(0xc000));
    tell(good, "neighbours in bytes are found by each part of a character");
}

void test_neighbours()
{
    NeighbourSet ascii, wide;
    Neighbours pairs = random_neighbours(ascii, 3000, 128);
    bool good = !ascii.has(0x4e00, 0x4e01);
    for (char32_t left = 0; left < 128; left++)
        for (char32_t right = 0; right < 128; right++)
            good = good && ascii.has(left, right) == (pairs.count({left, right}) != 0);
    ascii.add_text("", "a");
    ascii.add_text("a", "");
    tell(good, "neighbours of ASCII are those of the merges");

    NeighbourSet edge;
    good = true;
    for (auto [left, right] : random_neighbours(edge, 3000, 0x102))
        good = good && edge.has(left, right);
    tell(good, "neighbours at the end of ASCII are found");

    pairs = random_neighbours(wide, 60000, 0x110000);
    good = true;
    for (auto [left, right] : pairs)
        good = good && wide.has(left, right);
    int n_claimed = 0;
    for (int i = 0; i < 20000; i++) {
        std::pair<char32_t, char32_t> pair(random_character(0x110000), random_character(0x3000));
        n_claimed += wide.has(pair.first, pair.second) && pairs.count(pair) == 0;
    }
    std::printf("# %d of 20,000 other pairs are claimed\n", n_claimed);
    tell(good && n_claimed < 1000, "neighbours outside ASCII are found, and few others");
}

std::string random_text()
{
    constexpr char LETTERS[] = {'a', 'b', '\0', '\xff'};
    std::string text;
    for (std::size_t n = below(below(4) ? 6 : 40); n > 0; n--)
        text += LETTERS[below(below(3) ? 2 : 4)];
    return text;
}

bool vocabulary_is_that_of_a_map(std::size_t n)
{
    std::map<std::string, std::int32_t> map;
    Texts texts;
    std::vector<std::int32_t> ids;
    while (map.size() < n) {
        std::string text = random_text();
        if (!map.emplace(text, static_cast<std::int32_t>(map.size())).second)
            continue;
        texts.add(text);
        ids.push_back(static_cast<std::int32_t>(3 * (n - map.size())));
    }
    Vocabulary vocabulary;
    std::int32_t at = 0;
    bool good = vocabulary.build(texts, ids, n % 2 == 0, at) == Vocabulary::Built::whole;
    for (const auto &[text, entry] : map)
        good = good && vocabulary.find(text) == entry &&
               vocabulary.find_rare(text, Vocabulary::safe_key_of(text)) == entry &&
               vocabulary.text(entry) == text && vocabulary.entry_of(vocabulary.id(entry)) == entry;
    for (int i = 0; i < 5000 && good; i++) {
        std::string text = random_text();
        auto found = map.find(text);
        good = vocabulary.find(text) == (found == map.end() ? Vocabulary::NONE : found->second);
    }
    return good && vocabulary.entry_of(1) == Vocabulary::NONE;
}

/* Looked up in a list, texts have the entries that they have alone. */
bool lists_are_found(std::size_t n_entries, std::size_t n_texts)
{
    std::set<std::string> known;
    Texts entries, texts;
    std::vector<std::int32_t> ids, found(n_texts);
    while (entries.size() < n_entries) {
        std::string text = random_text();
        if (known.insert(text).second) {
            ids.push_back(static_cast<std::int32_t>(entries.size()));
            entries.add(text);
        }
    }
    Vocabulary vocabulary;
    std::int32_t at = 0;
    bool good = vocabulary.build(entries, ids, false, at) == Vocabulary::Built::whole;
    std::size_t begin = below(3);
    for (std::size_t i = 0; i < begin + n_texts; i++)
        texts.add(below(4) ? entries[below(n_entries)] : std::string_view(random_text()));
    vocabulary.find_all(texts, begin, n_texts, found.data());
    for (std::size_t i = 0; i < n_texts; i++)
        good = good && found[i] == vocabulary.find(texts[begin + i]);
    return good;
}

/* Texts of 24 bytes that have the key of "a" 24 times. */
std::string twin(std::uint64_t number)
{
    auto mix = [](std::uint64_t low, std::uint64_t word) {
        low = (low ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        return low ^ low >> 29;
    };
    std::string text(24, 'a');
    std::uint64_t word;
    std::memcpy(&word, text.data(), sizeof word);
    std::uint64_t other = word + number;
    std::uint64_t second = mix(24, word) ^ mix(24, other) ^ word;
    std::memcpy(&text[0], &other, sizeof other);
    std::memcpy(&text[8], &second, sizeof second);
    return text;
}

/* They stand in one line, or in several. */
bool twins_are_told_apart(std::size_t n)
{
    Texts texts, asked;
    std::vector<std::int32_t> ids;
    for (std::size_t i = 0; i < n; i++) {
        ids.push_back(static_cast<std::int32_t>(i));
        texts.add(twin(i));
    }
    Vocabulary vocabulary;
    std::int32_t at = 0;
    bool good = vocabulary.build(texts, ids, true, at) == Vocabulary::Built::whole;
    for (std::size_t i = 0; i <= n; i++) {
        asked.add(twin(i));
        good = good && Vocabulary::key_of(asked[i]) == Vocabulary::key_of(asked[0]) &&
               vocabulary.find(asked[i]) == (i < n ? ids[i] : Vocabulary::NONE);
    }
    std::vector<std::int32_t> found(n + 1);
    vocabulary.find_all(asked, 0, n + 1, found.data());
    return good && std::equal(ids.begin(), ids.end(), found.begin()) &&
           found[n] == Vocabulary::NONE;
}

/* Results that follow each other, and have one key. */
bool twins_are_results()
{
    Model model;
    for (std::uint64_t i = 0; i < 3; i++)
        model.add(twin(i));
    for (std::uint64_t i = 0; i < 3; i++) {
        std::string text = twin(i), left = text.substr(0, 8), right = text.substr(8);
        model.add(left);
        model.add(right);
        model.add_merge(left, right);
    }
    return model.is_read();
}

void test_vocabulary()
{
    bool good = true;
    for (std::size_t n : {0, 1, 2, 31, 32, 33, 500, 2000})
        good = good && vocabulary_is_that_of_a_map(n);
    tell(good, "a vocabulary is that of a map");
    good = true;
    for (std::size_t n = 0; n <= Vocabulary::AT_ONCE; n++)
        good = good && lists_are_found(1 + below(3000), n);
    tell(good, "a list of texts is looked up");
    good = true;
    for (std::size_t n = 1; n < 9; n++)
        good = good && twins_are_told_apart(n);
    tell(good && twins_are_results(), "long texts with one key are told apart");
}

/* Beyond the ids that a list holds itself. */
void test_id_list()
{
    bool good = true;
    for (std::size_t step : {1, 7, 64, 65, 1000}) {
        IdList list;
        std::vector<std::int32_t> ids;
        for (std::int32_t at = 0; at < 40; at++) {
            std::vector<std::int32_t> more(step, at);
            list.append(more.data(), more.size());
            ids.insert(ids.end(), more.begin(), more.end());
        }
        list.keep(step + 3);
        ids.resize(step + 3);
        std::vector<std::int32_t> more(50 * step, -1); /* it grows again */
        list.append(more.data(), more.size());
        ids.insert(ids.end(), more.begin(), more.end());
        good = good && list.size() == ids.size() && std::equal(ids.begin(), ids.end(), list.data());
    }
    tell(good, "a list of ids grows and shrinks");
}

} // namespace

int main()
{
    test_merges();
    test_collisions();
    test_another_hash();
    test_no_hash();
    test_patterns();
    test_neighbours();
    test_neighbours_in_bytes();
    test_vocabulary();
    test_id_list();
    return told_all();
}
