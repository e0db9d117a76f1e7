/* SPDX-License-Identifier: MIT */
/* Scanners: single cases, all of them against the patterns that they stand for, memory. TAP. */
#include "scanner.h"

#include "scan_block.h"
#include "scan_families.h"
#include "scans.h"
#include "splitter.h"
#include "tell.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>

using namespace calib_tj;

namespace
{

struct Case {
    const char *family;
    Strings pre_tokens;
};

const Case CASES[] = {
    {"gpt2", {"it", "'s", " we", "'ll", " ", " x", "'", "S"}},
    {"gpt2", {"a", "\n", "\n", "b"}},
    {"gpt2", {"a", "\n\n"}},
    {"gpt2", {" 123", " !?\u0301", "a", "\u0301"}},
    {"gpt2", {" ", "\u00a0", "a"}},
    {"gpt2", {"'s", "am", "'ve", "'", "va"}},
    {"starcoder", {"a", "1", "2", " ", "3", "  ", "4", " b"}},
    {"starcoder", {"\U00011de0", "\U00011de0", "!"}},
    {"cl100k", {"it", "'\u017f", " x", "'S", "x", "'RE", "'x"}},
    {"cl100k", {"123", "4", " ", "5"}},
    {"cl100k",
     {"\u0301a",
      "\x01"
      "b",
      "\tc",
      "\u0378"
      "d",
      " ", " e"}},
    {"cl100k", {"a", "  \n \n", " ", " b"}},
    {"cl100k", {" !!\r\n\n", " \n", "x"}},
    {"cl100k", {"!\n", " \n", "\u0085", "1"}},
    {"cl100k",
     {"a", "\u2028",
      "\u00a0"
      "b",
      "\u2028"}},
    {"cl100k", {"internationalisation", " internationalisation\u00e9x", "."}},
    {"qwen", {"1", "2", " ", "3"}},
    {"seed-coder", {"!", "\n\n", "x", "1", "2"}},
    {"qwen35", {"\u0301\u0301", " \u0301a\u0301b", "!\u0301"}},
    {"o200k", {"ABC", " ABc", " ab", "C"}},
    {"o200k", {"\u65e5\u672c", "A"}},
    {"o200k", {"\u65e5\u672cA\u65e5", "A", " \u65e5\u672cA\u65e5Ab\u65e5"}},
    {"o200k", {"\u0301", "ABC"}},
    {"o200k", {"\u0301ABC\u0301", "D"}},
    {"o200k", {"!a'LL", "A'\u017f", "'s", "''"}},
    {"o200k", {"!/\n/\n", "x", " //\r/"}},
    {"o200k", {"hello", "World", "X\u01c5\u01c5x"}},
    {"tekken", {"it", "'s", "1", "2"}},
    {"kimi", {"\u6f22\u3007\u2e80", "ab", "\u6f22", "1\u3007", "\u6f22"}},
    {"kimi", {" ", "\u6f22", "!\u2e80\n", "/A"}},
    {"deepseek", {"123", "4", "\u6f22\u5b57", "a", "  ", "5"}},
    {"deepseek", {"\x01\x02", "1"}},
    {"deepseek",
     {"a", "\x01",
      "\x02"
      "b"}},
    {"deepseek", {"!Ab", "\u00e9", ".", "\u0301", " !", "a"}},
    {"deepseek", {"\u30ab", "\u30fb", "\u30ca\u3099", "\u3040\u3040", "1"}},
    {"deepseek", {"\u3040", "\u3040\u30ab", "  ", "\u30ab"}},
};

bool check_case(const Case &expected)
{
    std::string text;
    Ends ends;
    for (std::string_view pre_token : expected.pre_tokens) {
        text += pre_token;
        ends.push_back(text.size());
    }
    return for_each_family([&](const Family &family, Scan scan) {
        if (family.name != expected.family || scan_all(scan, text) == ends)
            return true;
        complain(family, text);
        return false;
    });
}

bool check_cases()
{
    bool good = true;
    for (const Case &expected : CASES)
        good = check_case(expected) && good;
    return good;
}

/* The pre-tokens of the patterns themselves. */
Ends match_all(const Splitter &splitter, const std::string &text)
{
    Ends ends;
    std::size_t end = 0;
    splitter.split(text, Position::begin,
                   [&](std::string_view pre_token) { ends.push_back(end += pre_token.size()); });
    return ends;
}

bool check_patterns()
{
    const int n_texts = n_random_texts();
    return for_each_family([&](const Family &family, Scan scan) {
        Random random(14);
        Splitter splitter;
        if (splitter.build(family.steps, false))
            return false;
        for (int i = 0; i < n_texts; i++) {
            std::string text = random_text(random, 24);
            if (scan_all(scan, text) == match_all(splitter, text))
                continue;
            complain(family, text);
            return false;
        }
        return true;
    });
}

/* All the pre-tokens that a scanner gives in one call, so that its blocks reach their ends. */
Ends scan_at_once(Scan scan, const std::string &text)
{
    Ends ends(text.size());
    ends.resize(scan(text.data(), 0, text.size(), ends.data(), ends.size()));
    return ends;
}

/* Shows the place where a long text is scanned in a wrong way. */
void complain_at(const Family &family, const std::string &text, const Ends &ends,
                 const Ends &expected)
{
    std::size_t n = std::min(ends.size(), expected.size());
    auto differ =
        std::mismatch(ends.begin(), ends.begin() + static_cast<long>(n), expected.begin());
    std::size_t at = differ.second == expected.end() ? text.size() : *differ.second;
    std::size_t begin = at < 80 ? 0 : at - 80;
    complain(family, text.substr(begin, 100));
}

/* All sequences of `n` of these characters, one behind the other. */
std::string all_sequences(std::string_view characters, std::size_t n)
{
    std::string text;
    std::vector<std::size_t> digits(n);
    for (std::size_t at = 0; at < n;) {
        for (std::size_t digit : digits)
            text += characters[digit];
        for (at = 0; at < n && ++digits[at] == characters.size(); at++)
            digits[at] = 0;
    }
    return text;
}

/* ASCII only, with little else in some. */
std::string random_long_text(Random &random)
{
    std::string text;
    while (text.size() < 300) {
        std::string some = random_text(random, 24);
        bool is_ascii = std::all_of(some.begin(), some.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (is_ascii || random() % 64 == 0)
            text += some;
    }
    return text;
}

bool check_long_text(const Family &family, Scan scan, const Splitter &splitter,
                     const std::string &text)
{
    Ends expected = match_all(splitter, text);
    for (const Ends &ends : {scan_at_once(scan, text), scan_all(scan, text)})
        if (ends != expected) {
            complain_at(family, text, ends, expected);
            return false;
        }
    return true;
}

/* A line break anywhere in a block, and blanks from there to about its end. */
std::string text_with_blanks(std::size_t at, std::size_t end, std::string_view behind)
{
    std::string text(at, 'a');
    text += '\n';
    text.resize(std::max(text.size(), end), ' ');
    text += behind;
    return text + " and so on" + std::string(2 * BLOCK_SIZE, '-');
}

bool check_blanks()
{
    return for_each_family([&](const Family &family, Scan scan) {
        Splitter splitter;
        bool good = splitter.build(family.steps, false) == 0;
        for (std::size_t at = 0; at <= BLOCK_SIZE; at += at < 4 ? 1 : 10)
            for (std::size_t end = BLOCK_SIZE - 33; end <= BLOCK_SIZE + 3; end++)
                for (std::string_view behind :
                     {"\n", "a", "1", ".", "\u2028\n", "\u00e9", "\x01\n"})
                    good = good && check_long_text(family, scan, splitter,
                                                   text_with_blanks(at, end, behind));
        return good;
    });
}

/* Blocks look at two characters before a place, one behind it, and at runs. */
bool check_blocks()
{
    const std::size_t more = static_cast<std::size_t>(test_level());
    const std::string texts[] = {all_sequences("aA1 \t\n./", 4 + more),
                                 all_sequences("asA1 \r\n'./", 4 + more / 2),
                                 all_sequences("aA12 \v\n'-/\x01\x7f", 4 + more / 2)};
    const int n_texts = n_random_texts() / 10;
    return for_each_family([&](const Family &family, Scan scan) {
        Random random(16);
        Splitter splitter;
        bool good = splitter.build(family.steps, false) == 0;
        for (const std::string &text : texts)
            good = good && check_long_text(family, scan, splitter, text);
        for (int i = 0; i < n_texts && good; i++)
            good = check_long_text(family, scan, splitter, random_long_text(random));
        return good;
    });
}

/* A block without anything rare is known to its end; one with it, up to there. */
bool check_known()
{
    const std::string plain = "In 1996, (two) [brackets], 12 x_y\n\n\tand lines;  spaces. The end ";
    using Cased = ScanBlock<O200k<Contraction::any_case, 3>>;
    const ScanBlock<Gpt2> gpt2(plain.data());
    const Cased cased(plain.data());
    bool good = plain.size() >= BLOCK_SIZE && gpt2.is_known() && cased.is_known() &&
                gpt2.begins() != cased.begins() && lowest_bit(cased.begins()) == 2;
    for (std::string_view rare : {"'s", "\x01", "\u00e9", "\u6f22"}) {
        std::string text = plain;
        text.replace(50, rare.size(), rare);
        const Cased block(text.data());
        good = good && !block.is_known() && block.begins() != 0 && block.begins() >> 50 == 0;
        text.replace(20, rare.size(), rare);
        good = good && Cased(text.data()).begins() >> 20 == 0;
    }
    return good;
}

/* Every byte at every place of a block. */
bool check_block_sets()
{
    for (std::size_t byte = 0; byte < 256; byte++) {
        std::string text(BLOCK_SIZE, '\0');
        for (std::size_t i = 0; i < BLOCK_SIZE; i++)
            text[i] = static_cast<char>(byte + 7 * i);
        BlockSets sets = read_block(text.data(), text.size());
        const Offsets all[] = {sets.upper, sets.lower,   sets.number, sets.space,
                               sets.blank, sets.newline, sets.quote,  sets.other};
        for (std::size_t i = 0; i < BLOCK_SIZE; i++)
            for (std::size_t j = 0; j < std::size(all); j++) {
                Classes classes = byte_classes[static_cast<unsigned char>(text[i])];
                if ((all[j] >> i & 1) != (classes >> j & 1))
                    return false;
            }
    }
    return true;
}

/* Distance to the next character that is tried: large among those that are alike. */
char32_t step(char32_t c)
{
    bool is_cjk = c >= 0x3400 && c < 0x9f00, is_hangul = c >= 0xac00 && c < 0xd700;
    return is_cjk || is_hangul || (c >= 0x20000 && c < 0xe0000) || c >= 0xe0200 ? 61 : 1;
}

std::string to_utf8(char32_t c)
{
    auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    auto lead = [c](unsigned mark, int shift) { return static_cast<char>(mark | c >> shift); };
    if (c < 0x800)
        return {lead(0xc0, 6), tail(0)};
    if (c < 0x10000)
        return {lead(0xe0, 12), tail(6), tail(0)};
    return {lead(0xf0, 18), tail(12), tail(6), tail(0)};
}

bool check_characters()
{
    return for_each_family([&](const Family &family, Scan scan) {
        Splitter splitter;
        if (splitter.build(family.steps, false))
            return false;
        for (char32_t c = 0x80; c < 0x110000; c += step(c)) {
            std::string text = "a" + to_utf8(c) + "B 1";
            if (c >= 0xd800 && c < 0xe000)
                continue;
            if (scan_all(scan, text) == match_all(splitter, text))
                continue;
            complain(family, text);
            return false;
        }
        return true;
    });
}

/* Any bytes: ends rise to the end of the text, and nothing behind it is read: a block of its own
 * shows that to the sanitizers, and other bytes behind it to everybody. */
bool check_bytes()
{
    const int n_texts = n_random_texts();
    return for_each_family([&](const Family &family, Scan scan) {
        Random random(15);
        for (int i = 0; i < n_texts; i++) {
            std::string text = random_text(random, 12);
            if (i % 2)
                text[random() % text.size()] = static_cast<char>(random());
            text.resize(random() % (text.size() + 1));
            std::unique_ptr<char[]> block(new char[text.size()]);
            std::copy(text.begin(), text.end(), block.get());
            Ends ends = scan_all(scan, block.get(), text.size());
            bool rises = std::is_sorted(ends.begin(), ends.end(), std::less_equal<std::size_t>()) &&
                         (text.empty() ? ends.empty() : ends.back() == text.size());
            bool reads_behind = false;
            for (const char *behind : {"aaaaaaaaaaaa", "            ", "\x80\x80\x80\x80", "'s\n1"})
                reads_behind |= scan_all(scan, (text + behind).data(), text.size()) != ends;
            if (rises && !reads_behind)
                continue;
            complain(family, text);
            return false;
        }
        return true;
    });
}

/* A text of one kind of character. Time that is not linear would be felt. */
bool check_long_runs()
{
    return for_each_family([&](const Family &family, Scan scan) {
        for (std::string_view unit : UNITS) {
            std::string text;
            while (text.size() < 200000)
                text += unit;
            Ends ends = scan_all(scan, text);
            if (ends.back() == text.size())
                continue;
            complain(family, std::string(unit));
            return false;
        }
        return true;
    });
}

/* Steps that differ in one field from those of a family. */
bool check_others()
{
    auto is_unknown = [](std::vector<PreTokenizerStep> steps) { return !scanner_for(steps); };
    PreTokenizerStep prefix = byte_level_step(true), inverted = all_families()[2].steps[0];
    PreTokenizerStep removed = inverted;
    prefix.add_prefix_space = true;
    inverted.invert = true;
    removed.behavior = Behavior::removed;
    PreTokenizerStep both = removed, deepseek = all_families()[9].steps[0];
    both.invert = true;
    std::vector<PreTokenizerStep> three = all_families()[9].steps;
    three[2].behavior = Behavior::removed;
    three[2].invert = true;
    PreTokenizerStep plain = byte_level_step(false);
    return is_unknown({}) && is_unknown({plain}) && is_unknown({prefix}) &&
           is_unknown({inverted, plain}) && is_unknown({removed, plain}) &&
           is_unknown({deepseek, plain}) && is_unknown({both, byte_level_step(true)}) &&
           is_unknown({both, plain, plain}) && is_unknown({both}) && is_unknown(three) &&
           is_unknown({digits_step(false), byte_level_step(true)}) &&
           is_unknown({digits_step(true), plain}) && !is_unknown({both, plain});
}

} // namespace

int main()
{
    tell(check_cases(), "single cases");
    tell(check_patterns(), "scanners give what the patterns give");
    tell(check_blocks(), "so do blocks, for all short texts of ASCII and long ones at random");
    tell(check_blanks(), "and for lines of blanks that leave a block");
    tell(check_known(), "a block is known up to what is rare");
    tell(check_block_sets(), "a block tells every byte at every place");
    tell(check_characters(), "they take each character for what the patterns take it");
    tell(check_bytes(), "any bytes are scanned to their end, and not beyond");
    tell(check_long_runs(), "the time is linear");
    tell(check_others(), "other steps have no scanner");
    return told_all();
}
