/* SPDX-License-Identifier: MIT */
/* Added tokens: found in random texts as by the plainest search, and in hostile ones in time. TAP.
 */
#include "added.h"

#include "tell.h"
#include "unicode.h"

#include <calib.h>

#include <cstdio>
#include <random>
#include <string>
#include <tuple>
#include <vector>

using namespace calib_tj;

namespace
{

using Found = std::vector<std::tuple<std::size_t, std::size_t, std::int32_t>>;

std::string same(const std::string &content)
{
    return content;
}

bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_taken(const AddedToken &token, const std::string &text, std::size_t at, bool plain)
{
    std::size_t end = at + token.content.size();
    if (plain && token.special)
        return false;
    return !token.single_word ||
           ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end])));
}

/* Leftmost, longest, then the properties: one place after the other, for texts of ASCII. */
Found search(const std::vector<AddedToken> &tokens, const std::string &text, bool plain)
{
    Found found;
    std::size_t covered = 0;
    for (std::size_t at = 0; at < text.size();) {
        const AddedToken *longest = nullptr;
        for (const AddedToken &token : tokens)
            if (text.compare(at, token.content.size(), token.content) == 0 &&
                (!longest || token.content.size() > longest->content.size()))
                longest = &token;
        if (!longest) {
            at++;
            continue;
        }
        std::size_t begin = at, end = at += longest->content.size();
        if (!is_taken(*longest, text, begin, plain))
            continue;
        while (longest->lstrip && begin > 0 && is_space(text[begin - 1]))
            begin--;
        if (longest->lstrip && begin < covered)
            begin = covered;
        while (longest->rstrip && end < text.size() && is_space(text[end]))
            end++;
        covered = end;
        found.emplace_back(begin, end, longest->id);
    }
    return found;
}

Found find_all(const AddedTokens &tokens, const std::string &text, bool plain)
{
    Found found;
    AddedMatch match;
    while (tokens.next(text, plain, match))
        found.emplace_back(match.begin, match.end, match.id);
    return found;
}

void test_random()
{
    std::mt19937 random(1);
    auto below = [&random](std::size_t n) { return random() % n; };
    auto make = [&](std::size_t most) {
        std::string text;
        for (std::size_t n = 1 + below(most); n > 0; n--)
            text += "ab \n<>"[below(6)];
        return text;
    };
    bool good = true;
    for (int i = 0; i < 3000 && good; i++) {
        std::vector<AddedToken> list;
        for (std::size_t n = 1 + below(8); n > 0; n--) {
            AddedToken token;
            token.content = make(4);
            for (const AddedToken &other : list)
                token.id = other.content == token.content ? other.id : token.id;
            if (token.id >= 0)
                continue;
            token.id = static_cast<std::int32_t>(list.size());
            token.special = below(3) == 0;
            token.lstrip = below(4) == 0;
            token.rstrip = below(4) == 0;
            token.single_word = below(4) == 0;
            list.push_back(token);
        }
        AddedTokens tokens;
        good = tokens.build(list, false, same) == 0;
        for (int k = 0; k < 20 && good; k++) {
            std::string text = make(40);
            good = find_all(tokens, text, k % 2) == search(list, text, k % 2);
        }
    }
    tell(good, "random tokens are found in random texts");
}

std::vector<AddedToken> runs(std::size_t longest)
{
    std::vector<AddedToken> list(longest);
    for (std::size_t i = 0; i < longest; i++) {
        list[i].content.assign(i + 1, 'a');
        list[i].id = static_cast<std::int32_t>(i);
    }
    return list;
}

void test_hostile_texts()
{
    AddedTokens tokens;
    bool good = tokens.build(runs(2000), false, same) == 0;
    std::string text(10000000, 'a');
    good = good && find_all(tokens, text, false).size() == 5000;

    std::vector<AddedToken> spaces(1);
    spaces[0].content = "\n";
    spaces[0].id = 0;
    spaces[0].rstrip = true;
    good = good && tokens.build(spaces, false, same) == 0;
    good = good && find_all(tokens, std::string(1000000, '\n'), false).size() == 1000000;
    spaces[0].rstrip = false;
    spaces[0].lstrip = true;
    good = good && tokens.build(spaces, false, same) == 0;
    good = good && find_all(tokens, std::string(1000000, '\n'), false).size() == 1000000;
    tell(good, "runs are searched in time in proportion to the text");
}

void test_many()
{
    std::vector<AddedToken> list(100000);
    std::string text;
    for (std::size_t i = 0; i < list.size(); i++) {
        list[i].content = "<unused" + std::to_string(i) + ">";
        list[i].id = static_cast<std::int32_t>(i);
        text += list[i].content + " <unused" + std::to_string(i) + " ";
    }
    AddedTokens tokens;
    bool good = tokens.build(list, false, same) == 0;
    tell(good && find_all(tokens, text, false).size() == list.size(), "100,000 tokens are found");
}

/* As the reference has it: the last token of an id counts, and what was special stays special. */
void test_repeated()
{
    std::vector<AddedToken> list(4);
    for (AddedToken &token : list)
        token.id = 7;
    list[0].content = list[1].content = "<s>";
    list[0].special = true;
    list[2].content = "";
    list[2].id = 8;
    list[3].content = "x";
    list[3].id = 9;
    AddedTokens tokens;
    bool good = tokens.build(list, false, same) == 0;
    good = good && find_all(tokens, "<s>x", false).size() == 2;
    good = good && find_all(tokens, "<s>x", true) == Found{{3, 4, 9}};
    tell(good, "of tokens with one id the last is found");

    list[1].normalized = list[3].normalized = true;
    list[1].content = "X";
    list[0].content = "y";
    auto lower = [](const std::string &) { return std::string("x"); };
    auto nothing = [](const std::string &) { return std::string(); };
    good = tokens.build(list, true, lower) == CALIB_E_UNSUPPORTED &&
           tokens.build(list, true, nothing) == CALIB_E_UNSUPPORTED;
    tell(good, "contents that are normalized to the same or to nothing are refused");
}

void test_words()
{
    const char32_t words[] = {U'a', U'Z', U'_', U'7', 0xe9, 0x301, 0x200c, 0x24b6, 0x2160, 0x4e00};
    const char32_t others[] = {U' ', U'-', U'<', 0xb2, 0x20ac, 0x2028, 0x3001, 0x1f600};
    bool good = true;
    for (char32_t c : words)
        good = good && is_word(c);
    for (char32_t c : others)
        good = good && !is_word(c);
    tell(good, "characters of words");
}

} // namespace

int main()
{
    test_random();
    test_hostile_texts();
    test_many();
    test_repeated();
    test_words();
    return told_all();
}
