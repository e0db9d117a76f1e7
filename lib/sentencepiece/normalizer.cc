/* SPDX-License-Identifier: MIT */
#include "normalizer.h"

#include "adapter/utf8.h"

namespace calib_sp
{

namespace
{

constexpr std::string_view REPLACEMENT = "\xef\xbf\xbd"; /* U+FFFD, for a byte that is not UTF-8 */

bool is_space(char c)
{
    return c == ' ';
}

} // namespace

Normalizer::Normalizer(const Model &model, const SymbolTable &symbols)
    : model_(model), symbols_(symbols)
{
    for (std::size_t c = 0; c < 128; c++) {
        char text[2] = {static_cast<char>(c), 0};
        plain_[c] = !symbols.begins(text[0]);
        for (int next = 0; next < 128 && plain_[c]; next++) {
            text[1] = static_cast<char>(next);
            plain_[c] = !model.charsmap.meets(std::string_view(text, 2));
        }
    }
}

/* Returns true if the first character stands for itself. */
bool Normalizer::is_plain(std::string_view text) const
{
    bool alone = text.size() < 2 || static_cast<unsigned char>(text[1]) < 0x80;
    return alone && plain_[static_cast<unsigned char>(text[0])];
}

/* Counts the characters at the beginning that stand for themselves and are not spaces. Leaves out
 * the last one if a rule may begin with it and continue with a character that is not ASCII. */
std::size_t Normalizer::count_plain(std::string_view text) const
{
    std::size_t n = 0;
    while (n < text.size() && !is_space(text[n]) && plain_[static_cast<unsigned char>(text[n])])
        n++;
    return n > 0 && !is_plain(text.substr(n - 1)) ? n - 1 : n;
}

/* The longest user-defined symbol, else the longest rule, else the character. */
Normalizer::Unit Normalizer::first_unit(std::string_view text) const
{
    if (std::size_t len = symbols_.longest(text, 0).len)
        return {text.substr(0, len), len};
    std::string_view value;
    std::size_t len = model_.charsmap.match(text, value);
    if (len)
        return {value, len};
    if (first_character(text, len) == NO_CHARACTER)
        return {REPLACEMENT, 1};
    return {text.substr(0, len), len};
}

void Normalizer::normalize(std::string_view segment, bool begins_text, bool ends_text,
                           std::string &out) const
{
    out.clear();
    if (begins_text && model_.trims) {
        while (!segment.empty()) {
            Unit unit = first_unit(segment);
            if (unit.value != " ")
                break;
            segment.remove_prefix(unit.len);
        }
    }
    /* An empty text stays empty. An empty segment has neighbours that are not. */
    if (segment.empty() && begins_text && ends_text)
        return;
    if (begins_text && model_.dummy && !model_.suffix)
        out += SPACE_UTF8;

    bool after_space = begins_text && model_.trims;
    while (!segment.empty()) {
        if (std::size_t n = count_plain(segment)) {
            out.append(segment, 0, n);
            segment.remove_prefix(n);
            after_space = false;
            continue;
        }
        Unit unit = is_plain(segment) ? Unit{segment.substr(0, 1), 1} : first_unit(segment);
        while (after_space && !unit.value.empty() && is_space(unit.value.front()))
            unit.value.remove_prefix(1);
        for (char c : unit.value) {
            if (is_space(c))
                out += SPACE_UTF8;
            else
                out += c;
        }
        if (!unit.value.empty())
            after_space = model_.trims && is_space(unit.value.back());
        segment.remove_prefix(unit.len);
    }

    const std::size_t n = SPACE_UTF8.size();
    while (ends_text && model_.trims && out.size() >= n &&
           out.compare(out.size() - n, n, SPACE_UTF8) == 0)
        out.resize(out.size() - n);
    if (ends_text && model_.dummy && model_.suffix)
        out += SPACE_UTF8;
}

} // namespace calib_sp
