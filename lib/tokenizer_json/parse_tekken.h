/* SPDX-License-Identifier: MIT */
/* Reads a tekken.json, the file of mistral-common's own tokenizer. */
#ifndef CALIB_TOKENIZER_JSON_PARSE_TEKKEN_H
#define CALIB_TOKENIZER_JSON_PARSE_TEKKEN_H

#include "config.h"
#include "spec.h"

#include <string_view>

namespace calib_tj
{

/** Returns true if JSON has the members of a tekken.json and not those of a tokenizer.json. Reads
 *  as far as the first member that tells. */
bool is_tekken(std::string_view bytes);

/** Reads the bytes of a tekken.json and checks all of them, except that no two tokens have the same
 *  bytes. `config` gets the ids of its special tokens.
 *  0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int parse_tekken(std::string_view bytes, Spec &spec, Config &config);

} // namespace calib_tj

#endif
