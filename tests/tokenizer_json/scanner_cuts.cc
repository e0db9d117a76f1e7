/* SPDX-License-Identifier: MIT */
/* The rule that names boundaries of pre-tokens at which a text can be cut, tried with each scanner:
 * one between c and d is a cut if c is not white space, or d is, or the pre-token before it begins
 * with a character that is not, or begins where its run of white space begins. TAP. */
#include "scans.h"
#include "tell.h"
#include "unicode.h"

#include "adapter/utf8.h"

using namespace calib_tj;

namespace
{

/* Fewer, of which all short texts are tried. */
const Strings FEW = {"a", "A", "s", " ", "\t", "\n", "'", ".", "1", "\u0301", "\u4e00", "\x01"};

char32_t character_before(const std::string &text, std::size_t at)
{
    std::size_t begin = at - 1, len = 0;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80)
        begin--;
    return CALIB_ADAPTER::first_character(std::string_view(text).substr(begin), len);
}

bool is_space_at(const std::string &text, std::size_t at)
{
    std::size_t len = 0;
    return is_white_space(CALIB_ADAPTER::first_character(std::string_view(text).substr(at), len));
}

/* Returns true if the rule names the boundary at the end of the pre-token at `begin` a cut. */
bool is_named(const std::string &text, std::size_t begin, std::size_t end)
{
    bool begins_run = begin == 0 || !is_white_space(character_before(text, begin));
    return !is_white_space(character_before(text, end)) || is_space_at(text, end) ||
           !is_space_at(text, begin) || begins_run;
}

/* Returns true if the two sides of each boundary, or of each that the rule names, have the
 * pre-tokens of the whole. */
bool can_cut(Scan scan, const std::string &text, bool by_rule)
{
    Ends whole = scan_all(scan, text);
    for (std::size_t i = 0; i + 1 < whole.size(); i++) {
        if (by_rule && !is_named(text, i ? whole[i - 1] : 0, whole[i]))
            continue;
        Ends sides = scan_all(scan, text.substr(0, whole[i]));
        for (std::size_t end : scan_all(scan, text.substr(whole[i])))
            sides.push_back(whole[i] + end);
        if (sides != whole)
            return false;
    }
    return true;
}

/* Calls `test` with all texts of `n_units` of FEW until it returns false. */
bool for_each_short_text(std::size_t n_units, const std::function<bool(const std::string &)> &test)
{
    std::size_t n = 1;
    for (std::size_t i = 0; i < n_units; i++)
        n *= FEW.size();
    for (std::size_t number = 0; number < n; number++) {
        std::string text;
        for (std::size_t rest = number, i = 0; i < n_units; i++, rest /= FEW.size())
            text += FEW[rest % FEW.size()];
        if (!test(text))
            return false;
    }
    return true;
}

bool check_cuts()
{
    const std::size_t n_units = 4 + static_cast<std::size_t>(test_level());
    const int n_texts = n_random_texts();
    return for_each_family([&](const Family &family, Scan scan) {
        Random random(16);
        auto test = [&](const std::string &text) {
            if (can_cut(scan, text, true))
                return true;
            complain(family, text);
            return false;
        };
        for (int i = 0; i < n_texts; i++)
            if (!test(random_text(random, 16)))
                return false;
        return for_each_short_text(n_units, test);
    });
}

bool check_control()
{
    return for_each_family([](const Family &, Scan scan) {
        return !for_each_short_text(
            4, [&](const std::string &text) { return can_cut(scan, text, false); });
    });
}

} // namespace

int main()
{
    tell(check_cuts(), "between pre-tokens a text can be cut by the rule");
    tell(check_control(), "without the rule it cannot");
    return told_all();
}
