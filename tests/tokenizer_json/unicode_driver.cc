/* SPDX-License-Identifier: MIT */
/* For unicode_live.py. With `properties`, prints a line for each character: the number of its
 * category, then a digit for each property. With steps of a normalizer (nfc, nfkc, lowercase,
 * clean, space, unaccent, strip, lstrip, rstrip, prepend=TEXT, string=PATTERN=TEXT,
 * regex=PATTERN=TEXT), reads texts that end in NUL and writes for each the letter `c` if it may
 * change, else `-`, its form and NUL. */
#include "adapter/error.h"
#include "normalizer.h"
#include "unicode.h"

#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

void print_properties()
{
    for (char32_t c = 0; c <= 0x10ffff; c++)
        std::printf("%d %d%d%d%d%d%d\n", static_cast<int>(category(c)), is_han(c),
                    is_white_space(c), is_numeric(c), is_punctuation(c), is_stable_nfc(c),
                    is_stable_nfkc(c));
}

NormalizerStep step_of(const std::string &word)
{
    using Kind = NormalizerStep::Kind;
    std::size_t first = word.find('='), second = word.find('=', first + 1);
    std::string name = word.substr(0, first);
    NormalizerStep step = {};
    step.kind = name == "nfc"         ? Kind::nfc
                : name == "nfkc"      ? Kind::nfkc
                : name == "lowercase" ? Kind::lowercase
                : name == "clean"     ? Kind::bert_clean
                : name == "space"     ? Kind::bert_space
                : name == "unaccent"  ? Kind::bert_unaccent
                : name == "prepend"   ? Kind::prepend
                : name == "string"    ? Kind::replace_string
                : name == "regex"     ? Kind::replace_regex
                                      : Kind::strip;
    step.left = name == "strip" || name == "lstrip";
    step.right = name == "strip" || name == "rstrip";
    if (step.kind == Kind::prepend)
        step.content = word.substr(first + 1);
    if (second != std::string::npos) {
        step.pattern = word.substr(first + 1, second - first - 1);
        step.content = word.substr(second + 1);
    }
    return step;
}

void normalize_texts(const Normalizer &normalizer)
{
    std::string text, form;
    while (std::getline(std::cin, text, '\0')) {
        normalizer.normalize(text, Position::begin, form);
        std::cout << (normalizer.changes(text, Position::begin) ? 'c' : '-') << form << '\0';
    }
}

} // namespace

int main(int argc, char **argv)
{
    std::ios::sync_with_stdio(false);
    if (argc == 2 && std::string(argv[1]) == "properties") {
        print_properties();
        return 0;
    }
    std::vector<NormalizerStep> steps;
    for (int i = 1; i < argc; i++)
        steps.push_back(step_of(argv[i]));
    Normalizer normalizer;
    if (normalizer.build(steps)) {
        std::cerr << last_error().message << '\n';
        return 1;
    }
    normalize_texts(normalizer);
    return 0;
}
