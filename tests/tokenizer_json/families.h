/* SPDX-License-Identifier: MIT */
/* Pre-tokenizers with a scanner, spelled as their files spell them. */
#ifndef CALIB_TESTS_TOKENIZER_JSON_FAMILIES_H
#define CALIB_TESTS_TOKENIZER_JSON_FAMILIES_H

#include "spec.h"

#include <string>
#include <vector>

struct Family {
    std::string name;
    std::vector<calib_tj::PreTokenizerStep> steps;
};

inline calib_tj::PreTokenizerStep split_step(const std::string &pattern)
{
    calib_tj::PreTokenizerStep step;
    step.kind = calib_tj::PreTokenizerStep::Kind::split_regex;
    step.pattern = pattern;
    return step;
}

inline calib_tj::PreTokenizerStep byte_level_step(bool use_regex)
{
    calib_tj::PreTokenizerStep step;
    step.kind = calib_tj::PreTokenizerStep::Kind::byte_level;
    step.use_regex = use_regex;
    return step;
}

inline calib_tj::PreTokenizerStep digits_step(bool individual)
{
    calib_tj::PreTokenizerStep step;
    step.kind = calib_tj::PreTokenizerStep::Kind::digits;
    step.individual_digits = individual;
    return step;
}

inline Family split_family(const char *name, const std::string &pattern)
{
    return {name, {split_step(pattern), byte_level_step(false)}};
}

inline std::vector<Family> all_families()
{
    return {
        {"gpt2", {byte_level_step(true)}},
        {"starcoder", {digits_step(true), byte_level_step(true)}},
        split_family(
            "cl100k",
            R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "qwen",
            R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "seed-coder",
            R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "qwen35",
            R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "o200k",
            R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "tekken",
            R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        split_family(
            "kimi",
            R"([\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"),
        {"deepseek",
         {split_step(R"(\p{N}{1,3})"), split_step("[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"),
          split_step("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
                     "[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|"
                     "\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
          byte_level_step(false)}},
    };
}

#endif
