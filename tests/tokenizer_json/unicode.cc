/* SPDX-License-Identifier: MIT */
/* Characters and normal forms that the live test cannot show: bounds, positions, hostile texts. The
 * rest is compared with the reference by unicode_live.py. TAP. */
#include "unicode.h"

#include "adapter/error.h"
#include "normalizer.h"
#include "tell.h"

#include <cstdio>
#include <stdexcept>
#include <string>

using namespace calib_tj;

namespace
{

using Kind = NormalizerStep::Kind;

NormalizerStep step_of(Kind kind, const char *pattern, const std::string &content)
{
    NormalizerStep step = {};
    step.kind = kind;
    step.pattern = pattern;
    step.content = content;
    return step;
}

std::string normalized(const Normalizer &normalizer, const char *text, Position position)
{
    std::string form = "what was there";
    normalizer.normalize(text, position, form);
    return form;
}

std::string repeated(const std::string &text, std::size_t n)
{
    std::string out;
    for (std::size_t i = 0; i < n; i++)
        out += text;
    return out;
}

void test_bounds()
{
    tell(category(0x110000) == Category::Cn && category(0xffffffff) == Category::Cn &&
             !is_stable_nfc(0xffffffff) && !is_han(0x110000) && !is_numeric(0xffffffff) &&
             !is_punctuation(0x110000) && !is_white_space(0xffffffff),
         "what is no character is in no class");
    tell(category(0xd800) == Category::Cs && category(0x10ffff) == Category::Cn,
         "surrogates and the last character");
}

/* A million marks in the order that costs most, and runs that compose all the way. */
void test_long_runs()
{
    const std::size_t n = 500000;
    std::string above = "\xcc\x81", below = "\xcc\xa3", form;
    append_nfc("x" + repeated(above + below, n), form);
    tell(form == "x" + repeated(below, n) + repeated(above, n), "a million marks");
    form.clear();
    append_nfc(repeated("e\xcc\x81", n), form);
    tell(form == repeated("\xc3\xa9", n), "half a million compositions");
    form.clear();
    append_nfkc(repeated("\xef\xb7\xba", 1000), form);
    tell(form.size() == 33000, "the character that grows most");
}

void test_positions()
{
    Normalizer normalizer;
    tell(normalizer.is_identity() && !normalizer.changes("x", Position::begin), "no steps");
    normalizer.build({step_of(Kind::prepend, "", "_"), step_of(Kind::replace_string, " ", "_")});
    tell(!normalizer.is_identity(), "steps");
    tell(normalized(normalizer, "a b", Position::begin) == "_a_b" &&
             normalized(normalizer, "a b", Position::inside) == "_a_b" &&
             normalized(normalizer, "a b", Position::continued) == "a_b",
         "a continued piece gets nothing in front");
    tell(normalized(normalizer, "", Position::begin).empty(), "nor does an empty one");
    tell(normalizer.changes("a", Position::inside) && !normalizer.changes("a", Position::continued),
         "changes depend on the position");
}

void test_refusals()
{
    Normalizer normalizer;
    normalizer.build({step_of(Kind::lowercase, "", "")});
    tell(normalizer.build({step_of(Kind::replace_string, "", "x")}) == CALIB_E_UNSUPPORTED &&
             normalizer.build({step_of(Kind::replace_regex, "a*", "x")}) == CALIB_E_UNSUPPORTED,
         "a pattern that matches nothing at all is refused");
    tell(normalized(normalizer, "Ab", Position::begin) == "ab", "a refusal changes nothing");
    bool is_refused = false;
    std::string form, content(100000, 'a');
    normalizer.build({step_of(Kind::replace_string, "a", content)});
    try {
        normalizer.normalize(std::string(1000, 'a'), Position::begin, form);
    } catch (const std::length_error &) {
        is_refused = true;
    }
    tell(is_refused && form.size() < 1000000, "a form that grows without bounds is refused");
}

} // namespace

int main()
{
    test_bounds();
    test_long_runs();
    test_positions();
    test_refusals();
    return told_all();
}
