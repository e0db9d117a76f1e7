/* SPDX-License-Identifier: MIT */
/* Texts for tests of scanners, and what scanners make of them. */
#ifndef CALIB_TESTS_TOKENIZER_JSON_SCANS_H
#define CALIB_TESTS_TOKENIZER_JSON_SCANS_H

#include "families.h"
#include "scanner.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using calib_tj::Scan;
using Strings = std::vector<std::string_view>; /* of strings it takes a compiler a minute */
using Ends = std::vector<std::size_t>;
using Random = std::mt19937;

/* One or more characters of each class that a family tells apart, more of those that attack. */
inline const Strings UNITS = {"a",
                              "s",
                              "l",
                              "r",
                              "e",
                              "v",
                              "m",
                              "t",
                              "d",
                              "A",
                              "S",
                              "L",
                              "E",
                              "Z",
                              " ",
                              " ",
                              " ",
                              "\t",
                              "\r",
                              "\n",
                              "\n",
                              "'",
                              "'",
                              ".",
                              "!",
                              "/",
                              "-",
                              "1",
                              "2",
                              "123",
                              "seventh",
                              "fourteenletter",
                              "fifteen_letters",
                              "  ",
                              "\n\n",
                              " \n",
                              "'s",
                              "'ll",
                              "'RE",
                              "\u017f",
                              "'\u017f",
                              "\u212a",
                              "\u00e9",
                              "\u00c9",
                              "\u01c5",
                              "\u02b0",
                              "\u00aa",
                              "\u4e00",
                              "\u6f22",
                              "\u9fa6",
                              "\u304b",
                              "\u30ca",
                              "\u30fb",
                              "\u30fc",
                              "\u3099",
                              "\u309b",
                              "\u3040",
                              "\u3007",
                              "\u2e80",
                              "\u3005",
                              "\u0301",
                              "\u0903",
                              "\u20dd",
                              "\u0663",
                              "\u00bd",
                              "\u2167",
                              "\u00a0",
                              "\u0085",
                              "\u2028",
                              "\u3000",
                              "\u200b",
                              "\u0378",
                              "\u20ac",
                              "\u3002",
                              "\u2026",
                              "\x01",
                              "\x7f",
                              "\u180e",
                              "\U0001f600",
                              "\U00016ff0",
                              "\U00011de0",
                              "\U000e0041",
                              "\U0010ffff",
                              "antidisestablish"};

/* How long a search may be, as support/tap.py has it: 0, 1 or 2. */
inline int test_level()
{
    const char *value = std::getenv("CALIB_TEST_LONG");
    return value ? std::min(std::atoi(value), 2) : 0;
}

/* The number of random texts to try. */
inline int n_random_texts()
{
    const int numbers[] = {5000, 100000, 1000000};
    return numbers[test_level()];
}

inline std::string random_text(Random &random, std::size_t most_units)
{
    auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
    Strings some;
    for (std::size_t n = below(3) ? UNITS.size() : 2 + below(4); some.size() < n;)
        some.push_back(UNITS[below(UNITS.size())]);
    std::string text;
    for (std::size_t n = 1 + below(most_units); n; n--)
        text += some[below(some.size())];
    return text;
}

inline Ends scan_all(Scan scan, const char *text, std::size_t size)
{
    Ends all;
    std::size_t begin = 0, ends[3];
    while (std::size_t n = scan(text, begin, size, ends, 3)) {
        all.insert(all.end(), ends, ends + n);
        begin = ends[n - 1];
    }
    return all;
}

inline Ends scan_all(Scan scan, const std::string &text)
{
    return scan_all(scan, text.data(), text.size());
}

inline void complain(const Family &family, const std::string &text)
{
    std::printf("# %s:", family.name.c_str());
    for (char c : text)
        std::printf(" %02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    std::printf("\n");
}

/* Calls `test(family, scan)`, which returns false if it fails, for each family. */
inline bool for_each_family(const std::function<bool(const Family &, Scan)> &test)
{
    bool good = true;
    for (const Family &family : all_families()) {
        Scan scan = scanner_for(family.steps);
        if (!scan)
            std::printf("# %s has no scanner\n", family.name.c_str());
        good = scan && test(family, scan) && good;
    }
    return good;
}

#endif
