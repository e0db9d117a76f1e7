/* SPDX-License-Identifier: MIT */
/* The tables of merges and of the vocabulary against maps, at sizes where their layout changes.
 * TAP. */
#include "merges.h"
#include "vocabulary.h"

#include "tell.h"

#include <cstdint>
#include <limits>
#include <map>
#include <random>
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
bool merges_are_those_of_a_map(std::size_t n, std::size_t n_entries, int kind)
{
    Merges merges;
    std::map<Pair, Made> map;
    bool good = true;
    merges.reserve(n, n, n_entries);
    for (std::size_t i = 0; i < n && good; i++) {
        Pair pair = pair_of(i, n_entries, kind);
        auto result = static_cast<std::int32_t>(below(n_entries));
        good = merges.add(merges.prepare(pair.first, pair.second, result, i));
        map[pair] = {result, i};
    }
    for (const auto &[pair, made] : map)
        good = good && same(merges.find(merges.probe(pair.first, pair.second)), &made);
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
    for (std::size_t n_entries : ENTRIES)
        for (std::size_t n : MERGES)
            for (int kind = 0; kind < 3; kind++)
                good = good && merges_are_those_of_a_map(n, n_entries, kind);
    tell(good, "merges are those of a map");
}

/* All pairs begin in one slot, as found by trying: more than it may have are refused. */
void test_collisions()
{
    Merges merges;
    bool good = true;
    merges.reserve(1000, 1000, 600000);
    std::size_t slot = merges.probe(0, 0).slot, n = 0;
    for (std::int32_t left = 0; left < 600000 && n < 300 && good; left++)
        for (std::int32_t right = 0; right < 200 && good; right++)
            if (merges.probe(left, right).slot == slot)
                good = merges.add(merges.prepare(left, right, 1, n++));
    std::printf("# %zu pairs\n", n);
    tell(n > 250 && !good, "pairs that collide are refused");
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
    bool good = vocabulary.build(texts, ids, at) == Vocabulary::Built::whole;
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

void test_vocabulary()
{
    bool good = true;
    for (std::size_t n : {0, 1, 2, 31, 32, 33, 500, 2000})
        good = good && vocabulary_is_that_of_a_map(n);
    tell(good, "a vocabulary is that of a map");
}

} // namespace

int main()
{
    test_merges();
    test_collisions();
    test_vocabulary();
    return told_all();
}
