/* SPDX-License-Identifier: MIT */
/* Splits texts for splitter_live.py. Reads lines of words, where bytes are in hexadecimal and "-"
 * is empty:
 *
 *     step KIND PATTERN BEHAVIOR INVERT INDIVIDUAL_DIGITS PREFIX_SPACE USE_REGEX REPLACEMENT
 *          PREPEND SPLIT       (one line) adds a step
 *     build USE_SCANNER        prints "bytes" or "characters", or the refusal
 *     text POSITION BYTES      prints the pre-tokens
 *
 * Enumerators are given by their numbers. */
#include "splitter.h"

#include "adapter/error.h"

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

using namespace calib_tj;

namespace
{

std::string from_hex(const std::string &word)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < word.size(); i += 2)
        bytes += static_cast<char>(std::stoi(word.substr(i, 2), nullptr, 16));
    return bytes;
}

std::string to_hex(std::string_view bytes)
{
    std::string word;
    char digits[3];
    for (char byte : bytes) {
        std::snprintf(digits, sizeof digits, "%02x",
                      static_cast<unsigned>(static_cast<unsigned char>(byte)));
        word += digits;
    }
    return word;
}

PreTokenizerStep read_step(std::istream &words)
{
    PreTokenizerStep step;
    std::string pattern, replacement;
    int kind = 0, behavior = 0, prepend = 0;
    words >> kind >> pattern >> behavior >> step.invert >> step.individual_digits >>
        step.add_prefix_space >> step.use_regex >> replacement >> prepend >> step.split;
    step.kind = static_cast<PreTokenizerStep::Kind>(kind);
    step.pattern = from_hex(pattern);
    step.behavior = static_cast<Behavior>(behavior);
    step.replacement = from_hex(replacement);
    step.prepend = static_cast<PreTokenizerStep::Prepend>(prepend);
    return step;
}

void build(Splitter &splitter, const std::vector<PreTokenizerStep> &steps, bool use_scanner)
{
    if (splitter.build(steps, use_scanner))
        std::cout << last_error().message << std::endl;
    else
        std::cout << (splitter.is_byte_level() ? "bytes" : "characters") << std::endl;
}

void split(const Splitter &splitter, std::istream &words)
{
    int position = 0;
    std::string text;
    words >> position >> text;
    splitter.split(from_hex(text), static_cast<Position>(position),
                   [](std::string_view pre_token) { std::cout << to_hex(pre_token) << ' '; });
    std::cout << '\n';
}

} // namespace

int main()
{
    Splitter splitter;
    std::vector<PreTokenizerStep> steps;
    for (std::string line, verb; std::getline(std::cin, line);) {
        std::istringstream words(line);
        words >> verb;
        if (verb == "step") {
            steps.push_back(read_step(words));
        } else if (verb == "build") {
            bool use_scanner = true;
            words >> use_scanner;
            build(splitter, steps, use_scanner);
            steps.clear();
        } else {
            split(splitter, words);
        }
    }
    return 0;
}
