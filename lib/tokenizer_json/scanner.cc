/* SPDX-License-Identifier: MIT */
/* Which steps have a scanner. Patterns are compared as strings: these spellings are in use. */
#include "scanner.h"

#include "scan_block.h"
#include "scan_families.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace calib_tj
{

namespace
{

using Kind = PreTokenizerStep::Kind;
using Steps = std::vector<PreTokenizerStep>;

#define CONTRACTION "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define PREFIX R"([^\r\n\p{L}\p{N}]?)"
#define UPPERS R"(\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M})"
#define LOWERS R"(\p{Ll}\p{Lm}\p{Lo}\p{M})"
#define WHITE_SPACE R"(\s*[\r\n]+|\s+(?!\S)|\s+)"

#define CL100K(numbers, punctuation)                                                               \
    CONTRACTION "|" PREFIX R"(\p{L}+|)" numbers "| ?" punctuation "|" WHITE_SPACE

#define O200K(but, contraction, numbers, behind_punctuation)                                       \
    PREFIX "[" UPPERS but "]*[" LOWERS but "]+" contraction "|" PREFIX "[" UPPERS but              \
           "]+[" LOWERS but "]*" contraction "|" numbers                                           \
           R"(| ?[^\s\p{L}\p{N}]+)" behind_punctuation "*|" WHITE_SPACE

constexpr std::string_view QWEN35 =
    CONTRACTION "|" PREFIX R"([\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" WHITE_SPACE;

#define NOT_HAN R"(&&[^\p{Han}])"

constexpr std::string_view DEEPSEEK[] = {
    R"(\p{N}{1,3})",
    "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^)"
    "\r\n"
    R"(\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[)"
    "\r\n"
    R"(]*|\s*[)"
    "\r\n"
    R"(]+|\s+(?!\S)|\s+)",
};

/* A block gives many pre-tokens at once, up to the first offset that it does not know: the next one
 * is scanned by itself. Blocks that do so begin LEAST_IN_BLOCK bytes apart at least. */
template <typename Family>
std::size_t scan(const char *data, std::size_t begin, std::size_t end, std::size_t *ends,
                 std::size_t cap)
{
    const ScanText<Family> text(data, end);
    std::size_t n = 0, next_block = begin;
    while (n < cap && begin < end) {
        if (begin >= next_block && end - begin >= BLOCK_SIZE) {
            const ScanBlock<Family> block(data + begin);
            const std::size_t base = begin;
            for (Offsets left = block.begins(); left && n < cap; left &= left - 1)
                ends[n++] = begin = base + lowest_bit(left);
            next_block = block.is_known() ? begin : base + LEAST_IN_BLOCK;
            if (begin > base)
                continue;
        }
        ends[n++] = begin = Family::next(text, begin);
    }
    return n;
}

struct Known {
    std::string_view pattern;
    Scan scan;
};

/* Each pattern covers every character, so that removing what does not match removes nothing. */
constexpr Known KNOWN[] = {
    {GPT2_PATTERN, scan<Gpt2>},
    {CL100K(R"(\p{N}{1,3})", R"([^\s\p{L}\p{N}]+[\r\n]*)"), scan<Cl100k<3>>},
    {CL100K(R"(\p{N})", R"([^\s\p{L}\p{N}]+[\r\n]*)"), scan<Cl100k<1>>},
    {CL100K(R"(\p{N}{1})", R"([^\s\p{L}\p{N}\r\n]+)"), scan<SeedCoder>},
    {QWEN35, scan<Qwen35>},
    {O200K("", CONTRACTION "?", R"(\p{N}{1,3})", R"([\r\n/])"),
     scan<O200k<Contraction::any_case, 3>>},
    {O200K("", "", R"(\p{N})", R"([\r\n/])"), scan<O200k<Contraction::none, 1>>},
    {R"([\p{Han}]+|)" O200K(NOT_HAN, CONTRACTION "?", R"(\p{N}{1,3})", R"([\r\n])"), scan<Kimi>},
};

bool is_isolated(const PreTokenizerStep &step)
{
    return step.kind == Kind::split_regex && step.behavior == Behavior::isolated && !step.invert;
}

bool keeps_matches(const PreTokenizerStep &step)
{
    return is_isolated(step) ||
           (step.kind == Kind::split_regex && step.behavior == Behavior::removed && step.invert);
}

Scan scanner_for_split(const PreTokenizerStep &step)
{
    for (const Known &known : KNOWN)
        if (keeps_matches(step) && step.pattern == known.pattern)
            return known.scan;
    return nullptr;
}

bool is_deepseek(const Steps &steps)
{
    constexpr std::size_t N = std::size(DEEPSEEK);
    return steps.size() == N + 1 && std::all_of(steps.begin(), steps.begin() + N, is_isolated) &&
           std::equal(steps.begin(), steps.begin() + N, DEEPSEEK,
                      [](const PreTokenizerStep &step, std::string_view pattern) {
                          return step.pattern == pattern;
                      });
}

} // namespace

Scan scanner_for(const Steps &steps)
{
    if (steps.empty() || steps.back().kind != Kind::byte_level || steps.back().add_prefix_space)
        return nullptr;
    bool use_regex = steps.back().use_regex;
    if (steps.size() == 1)
        return use_regex ? scan<Gpt2> : nullptr;
    const PreTokenizerStep &first = steps.front();
    if (use_regex)
        return steps.size() == 2 && first.kind == Kind::digits && first.individual_digits
                   ? scan<StarCoder>
                   : nullptr;
    if (steps.size() == 2)
        return scanner_for_split(first);
    return is_deepseek(steps) ? scan<DeepSeek> : nullptr;
}

} // namespace calib_tj
