/* SPDX-License-Identifier: MIT */
/* Regular expressions: a pattern, a zero byte, a text. Without a text, the pattern is also the
 * text. Whatever compiles finds what it matches, and splits a text like its parts where it allows a
 * cut. */
#include "target.h"

#include "regex.h"

#include "adapter/utf8.h"

#include <algorithm>
#include <string>
#include <vector>

namespace
{

using calib_tj::Regex;

constexpr std::size_t MOST_CHARACTERS = 40;

/* The characters of the text; bytes that are not UTF-8 are left out. */
std::vector<std::string> characters(std::string_view bytes)
{
    std::vector<std::string> found;
    std::size_t len = 0;
    for (; !bytes.empty() && found.size() < MOST_CHARACTERS; bytes.remove_prefix(len))
        if (calib_tj::first_character(bytes, len) != calib_tj::NO_CHARACTER)
            found.emplace_back(bytes.substr(0, len));
    return found;
}

/* Appends where the pieces of a text begin. */
void split(const Regex &regex, const std::string &text, std::size_t offset,
           std::vector<std::size_t> &begins)
{
    std::size_t at = 0, begin = 0, end = 0;
    for (; regex.find(text, at, begin, end); at = end) {
        MUST(begin >= at && end > begin && end <= text.size());
        MUST(regex.match(text, begin) == end);
        if (begin > at)
            begins.push_back(offset + at);
        begins.push_back(offset + begin);
    }
    if (at < text.size())
        begins.push_back(offset + at);
}

std::uint32_t kind_of(const Regex &regex, const std::string &character)
{
    std::size_t len = 0;
    std::uint32_t kind = regex.kind_of(calib_tj::first_character(character, len));
    MUST(kind < regex.n_kinds());
    return kind;
}

void check(const Regex &regex, const std::vector<std::string> &text)
{
    std::string whole, part;
    std::vector<std::size_t> of_whole, of_parts;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (i > 0 && regex.is_cut(kind_of(regex, text[i - 1]), kind_of(regex, text[i]))) {
            split(regex, part, whole.size() - part.size(), of_parts);
            part.clear();
        }
        whole += text[i];
        part += text[i];
    }
    split(regex, part, whole.size() - part.size(), of_parts);
    split(regex, whole, 0, of_whole);
    MUST(of_whole == of_parts);
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::string_view bytes(reinterpret_cast<const char *>(data), size);
    std::size_t end = std::min(bytes.find('\0'), size);
    Regex regex;
    if (regex.compile(bytes.substr(0, end)) == 0)
        check(regex, characters(end < size ? bytes.substr(end + 1) : bytes));
    return 0;
}
