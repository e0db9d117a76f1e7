/* SPDX-License-Identifier: MIT */
/* Hand-written scanners for the pre-tokenizers of the families that most models use. Each gives the
 * pre-tokens that the general matcher gives, on every text. */
#ifndef CALIB_TOKENIZER_JSON_SCANNER_H
#define CALIB_TOKENIZER_JSON_SCANNER_H

#include "spec.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** The pattern of ByteLevel with `use_regex`. */
constexpr std::string_view GPT2_PATTERN =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/** Writes the ends of the pre-tokens of text[begin, end), in order, at most `cap`, and returns
 * their number. `end` is taken for the end of the text. The pre-tokens cover the text without a
 * gap. Bytes that are not UTF-8 are read as characters of no class. */
using Scan = std::size_t (*)(const char *text, std::size_t begin, std::size_t end,
                             std::size_t *ends, std::size_t cap);

/** Returns the scanner for these steps (a known pattern, then ByteLevel without prefix space or
 *  pattern), or nullptr if there is none. */
Scan scanner_for(const std::vector<PreTokenizerStep> &steps);

} // namespace calib_tj

#endif
