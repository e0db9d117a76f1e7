/* SPDX-License-Identifier: MIT */
/* Splits texts for regex_live.py. Reads lines of bytes in hexadecimal: a pattern, then texts, then
 * an empty line, and so on. Prints for a pattern "ok" or its refusal, and for a text the ends of
 * its pieces, each of which is a match (m) or a gap (g). */
#include "regex.h"

#include "adapter/error.h"

#include <iostream>
#include <string>

namespace
{

std::string from_hex(const std::string &line)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2)
        bytes += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    return bytes;
}

void split(const calib_tj::Regex &regex, const std::string &text)
{
    std::size_t at = 0, begin = 0, end = 0;
    while (regex.find(text, at, begin, end)) {
        if (begin > at)
            std::cout << 'g' << begin << ' ';
        std::cout << 'm' << end << ' ';
        at = end;
    }
    if (at < text.size())
        std::cout << 'g' << text.size();
    std::cout << '\n';
}

} // namespace

int main()
{
    std::string line;
    while (std::getline(std::cin, line)) {
        calib_tj::Regex regex;
        bool compiled = regex.compile(from_hex(line)) == 0;
        std::cout << (compiled ? "ok" : calib_tj::last_error().message) << '\n';
        while (std::getline(std::cin, line) && !line.empty())
            if (compiled)
                split(regex, from_hex(line));
    }
    return 0;
}
