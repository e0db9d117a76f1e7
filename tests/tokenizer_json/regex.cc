/* SPDX-License-Identifier: MIT */
/* Regular expressions by hand: what matches, what is refused, and what hostile ones cost. TAP. What
 * the reference does is in regex_live.py. */
#include "regex.h"

#include "adapter/error.h"
#include "tell.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

struct Split {
    const char *pattern, *text, *pieces; /* a match in brackets */
};

/* The precedence of alternatives, of repeats, and of what looks ahead. */
const Split SPLITS[] = {
    {"a|ab", "abab", "[a]b[a]b"},
    {"ab|a|b+", "aabbb", "[a][ab][bb]"},
    {"(?:a|ab)(?:c|bcd)", "abcd", "[abcd]"},
    {"a{2,3}", "aaaaa", "[aaa][aa]"},
    {"a{,2}b", "aaab", "a[aab]"},
    {"a{1,2}+", "aaaaa", "[aaaaa]"},
    {"a{1,2}{2}", "aaaaa", "[aaaa]a"},
    {"a?+b", "aab", "a[ab]"},
    {"\\s+(?!\\S)|\\s+", "  a   ", "[ ][ ]a[   ]"},
    {"\\s*\\n|\\s+(?!\\S)|\\s", " \n  a", "[ \n][ ][ ]a"},
    {"a*b|a", "aaac", "[a][a][a]c"},
    {"[a-d&&[^bc]]+", "abcd", "[a]bc[d]"},
    {"[^a-d&&bc]", "abc", "[a]bc"},
    {"(?i:'S|k)", "'s'\xc5\xbfK\xe2\x84\xaak", "['s]['\xc5\xbf][K][\xe2\x84\xaa][k]"},
    {"\\p{Han}|.", "\xe4\xb8\x80\n", "[\xe4\xb8\x80]\n"},
};

std::string split(const Regex &regex, const std::string &text)
{
    std::string pieces;
    std::size_t at = 0, begin = 0, end = 0;
    for (Matches matches(regex, text); matches.next(begin, end); at = end)
        pieces += text.substr(at, begin - at) + '[' + text.substr(begin, end - begin) + ']';
    return pieces + text.substr(at);
}

void test_splits()
{
    bool good = true;
    for (const Split &expected : SPLITS) {
        Regex regex;
        if (regex.compile(expected.pattern) || split(regex, expected.text) != expected.pieces) {
            std::printf("# %s on %s\n", expected.pattern, expected.text);
            good = false;
        }
    }
    tell(good, "splits");
}

/* Patterns, and what of the message names the construct and its place. */
const char *const REFUSED[][2] = {
    {"a*", "match nothing"},
    {"a|b?", "match nothing"},
    {"a|(?!\\S)", "match nothing"},
    {"(a*)*b", "a repeat of what can match nothing, at its byte 4"},
    {"a**", "a repeat of what can match nothing"},
    {"^a", "an anchor, at its byte 0"},
    {"\\s++$", "an anchor, at its byte 4"},
    {"\\bx", "an anchor, at its byte 1"},
    {"a\\z", "an anchor"},
    {"(a)\\1", "a reference to a group"},
    {"(?<=a)b", "a look-behind"},
    {"(?<!a)b", "a look-behind"},
    {"a(?=b)", "a look-ahead other than (?!\\S)"},
    {"a(?!\\s)", "a look-ahead other than (?!\\S)"},
    {"(a(?!\\S))b", "a look-ahead other than (?!\\S)"},
    {"a(?!\\S)b", "does not end its alternative"},
    {"a+?", "a lazy repeat"},
    {"a{2}?", "a lazy repeat"},
    {"(?i)a", "a group other than"},
    {"(?<n>a)", "a group other than"},
    {"(?>a)", "a group other than"},
    {"(?m:.)", "a group other than"},
    {"\\w", "an escape other than"},
    {"\\h", "an escape other than"},
    {"\\R", "an escape other than"},
    {"\\cA", "an escape other than"},
    {"\\", "an escape other than"},
    {"\\p{Greek}", "a property other than"},
    {"\\pL", "without a name"},
    {"\\xe9", "a byte that is no character"},
    {"\\x{d800}", "none of Unicode"},
    {"\\x{110000}", "none of Unicode"},
    {"[[:alpha:]]", "a POSIX class"},
    {"[]a]", "a class that is empty"},
    {"[a", "a class that is empty or not closed"},
    {"[a&&]", "a class that is empty"},
    {"[b-a]", "a range that ends before it begins"},
    {"[a-\\d]", "a range that does not end in a character"},
    {"[\\d-a]", "a hyphen behind a class"},
    {"(?i:ss)", "letters to which one character is equal"},
    {"(?i:[s-t]+)", "letters to which one character is equal"},
    {"(?i:f(?:a|i))", "letters to which one character is equal"},
    {"(?i:\xc3\xa9)", "other than ASCII"},
    {"(?i:[^a])", "other than ASCII"},
    {"a++a", "not the same as a greedy one"},
    {"\\s++(?!\\S)|a", "not the same as a greedy one"},
    {"(?:a++b?)+", "not the same as a greedy one"},
    {"(?:ab)++", "of more than a character"},
    {"a{2,1}", "a repeat that is empty"},
    {"a{0}b", "a repeat that is empty"},
    {"a{1001}", "more than 1,000"},
    {"a{99999999999}", "more than 1,000"},
    {"((a{100}){100}){100}", "more than 4,096 steps"},
    {"a{x", "a repeat that is empty or not closed"},
    {"{1}", "a brace"},
    {"*a", "a repeat of nothing"},
    {"(a", "a group that is not closed"},
    {"a)", "a closing bracket"},
    {"a\xff", "not UTF-8, at its byte 1"},
    {"(?:a|b)*a(?:a|b){20}", "its automaton is too large"},
};

bool is_refused(const std::string &pattern, const char *what)
{
    Regex regex;
    if (regex.compile(pattern) == CALIB_E_UNSUPPORTED && std::strstr(last_error().message, what))
        return true;
    std::printf("# %.60s: %s\n", pattern.c_str(), last_error().message);
    return false;
}

void test_refusals()
{
    bool good = true;
    for (const auto &[pattern, what] : REFUSED)
        good = is_refused(pattern, what) && good;
    tell(good, "refused constructs are named");
}

std::string repeat(const char *text, std::size_t n)
{
    std::string all;
    for (; n > 0; n--)
        all += text;
    return all;
}

std::string many_characters(std::size_t n)
{
    std::string all;
    for (std::size_t i = 0; i < n; i++)
        all += {static_cast<char>(0xe1 + i / 4096), static_cast<char>(0x80 + i / 64 % 64),
                static_cast<char>(0x80 + i % 64)};
    return all;
}

void test_hostile_patterns()
{
    bool good = is_refused(repeat("(", 60000), "nested too deeply");
    good = is_refused(repeat("[", 60000), "nested too deeply") && good;
    good = is_refused(repeat("a", 65537), "more than 65,536 bytes") && good;
    good = is_refused(repeat("a", 65536), "more than 4,096 steps") && good;
    good = is_refused("a" + repeat("{1}", 20000), "repeats of repeats") && good;
    good = is_refused(many_characters(300), "more than 255 kinds") && good;
    good = is_refused("[" + many_characters(3000) + "]", "too many different") && good;
    good = is_refused(repeat("(?:a{1000}){1000}|", 3000) + "a", "more than 4,096 steps") && good;
    good = is_refused("a" + repeat("|", 65535), "match nothing") && good;
    good = is_refused(repeat("(?:a?b?)?", 7000) + "c", "more than 4,096 steps") && good;
    good = is_refused("(?i:" + repeat("a?b?", 1000) + "c)", "its automaton is too large") && good;
    tell(good, "hostile patterns are refused");
}

/* find() by match() alone: quadratic. */
bool find_slowly(const Regex &regex, const std::string &text, std::size_t from, std::size_t &begin,
                 std::size_t &end)
{
    for (begin = from; begin < text.size(); begin++) {
        end = regex.match(text, begin);
        if (end != Regex::npos)
            return true;
    }
    return false;
}

/* Tries that read far and fail make find() change its way. */
void test_both_ways()
{
    bool good = true;
    std::uint32_t state = 1;
    for (const char *pattern : {"a*c", "[ab]*c|a*d", "(?:ab)*c|(?:ba)+d|bd", "[ab]*c(?!\\S)|b*d",
                                "[ab]*cc|d(?:[ab]*cc)?", "a(?:a|b){500}c|ad"}) {
        Regex regex;
        good = regex.compile(pattern) == 0 && good;
        for (unsigned round = 0; good && round < 100; round++) {
            std::string text;
            for (unsigned i = 0; i < 1500; i++) {
                state = state * 1103515245 + 12345;
                unsigned draw = state >> 16 & 0x7fff;
                text += draw < 40 ? "cd c"[draw % 4] : draw % (round % 5 + 2) ? 'a' : 'b';
            }
            std::size_t begin = 0, end = 0, b = 0, e = 0;
            bool found = regex.find(text, round, begin, end);
            good = found == find_slowly(regex, text, round, b, e) &&
                   (!found || (begin == b && end == e));
        }
    }
    tell(good, "both ways to find give the same");
}

void test_hostile_texts()
{
    bool good = true;
    std::string text(300000, 'a');
    for (const char *pattern : {"(?:a|a)*b", "(?:a+)+b", "a*a*a*a*b", "(?:a|b|ab)*c", "a{100}b"}) {
        Regex regex;
        std::size_t begin = 0, end = 0;
        good = regex.compile(pattern) == 0 && !regex.find(text, 0, begin, end) && good;
        good = regex.match(text, 0) == Regex::npos && good;
        good = regex.find(text + "bc", 0, begin, end) && end >= text.size() + 1 && good;
    }
    tell(good, "hostile texts take linear time");
}

/* Each try matches one character and has read all. */
void test_bound()
{
    Regex regex;
    std::size_t n = 0, begin = 0, end = 0;
    bool good = regex.compile("a*b|a") == 0, stopped = false;
    std::string short_text(5000, 'a'), long_text(300000, 'a');
    for (Matches matches(regex, short_text); matches.next(begin, end);)
        n += end - begin;
    try {
        for (Matches matches(regex, long_text); matches.next(begin, end);)
            continue;
    } catch (const std::runtime_error &) {
        stopped = true;
    }
    tell(good && n == short_text.size() && stopped, "what all tries read is bounded");
}

void test_kinds()
{
    Regex regex;
    bool good = regex.compile("[a-c]x|\\p{L}+|\\s+(?!\\S)|\\s|\\p{Han}\\d") == 0;
    auto same = [&regex](char32_t a, char32_t b) { return regex.kind_of(a) == regex.kind_of(b); };
    good = good && same('a', 'b') && same('d', 0x434) && same('.', '!') && same(' ', 0x3000);
    good = good && !same('a', 'd') && !same('.', '1') && !same('d', 0x4e00) && !same(' ', '.');
    good = good && same('x', 'x') && !same('x', 'd') && same('1', 0x661) && !same('1', 0xb2);
    for (char32_t c : {U'\0', U'\x7f', U'\x80', U'\xff', U'\u0100', U'\U0010ffff'})
        good = good && regex.kind_of(c) < regex.n_kinds();
    tell(good && regex.n_kinds() <= 255, "kinds");
}

void test_relations()
{
    Regex regex;
    bool good = regex.compile("a|ab|cd|\\s*\\n|\\s+(?!\\S)|\\s+") == 0;
    auto kind = [&regex](char c) { return regex.kind_of(static_cast<unsigned char>(c)); };
    /* "ab" never matches: "a" is tried first. */
    good =
        good && !regex.can_follow(kind('a'), kind('b')) && regex.can_follow(kind('c'), kind('d'));
    good = good && !regex.can_follow(kind('d'), kind('c'));
    good = good && !regex.is_unmatched(kind('a')) && !regex.is_unmatched(kind(' '));
    good = good && regex.is_unmatched(kind('c')) && regex.is_unmatched(kind('.'));
    good = good && regex.is_decided(kind('\n')) && !regex.is_decided(kind(' '));
    good = good && regex.is_apart(kind('\n'), kind('a')) && !regex.is_apart(kind(' '), kind('a'));
    good = good && regex.is_apart(kind('.'), kind('c')) && !regex.is_cut(kind('.'), kind('c'));
    good = good && regex.is_cut(kind('a'), kind('.')) && !regex.is_cut(kind('\n'), kind('\n'));
    tell(good, "what may stand side by side");
}

} // namespace

int main()
{
    test_splits();
    test_refusals();
    test_hostile_patterns();
    test_both_ways();
    test_hostile_texts();
    test_bound();
    test_kinds();
    test_relations();
    return told_all();
}
