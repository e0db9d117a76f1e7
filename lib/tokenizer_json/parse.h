/* SPDX-License-Identifier: MIT */
/* Reads a tokenizer.json. */
#ifndef CALIB_TOKENIZER_JSON_PARSE_H
#define CALIB_TOKENIZER_JSON_PARSE_H

#include "spec.h"

#include <string_view>

namespace calib_tj
{

/** Reads the bytes of a tokenizer.json and checks all of them, except for what takes tables: that
 *  the parts of merges are in the vocabulary, that no entry of the vocabulary comes twice, and
 *  regular expressions. Takes time and memory in proportion to the file.
 *  0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int parse(std::string_view bytes, Spec &spec);

} // namespace calib_tj

#endif
