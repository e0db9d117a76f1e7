/* SPDX-License-Identifier: MIT */
/* Reads a tokenizer_config.json, which changes no ids. */
#ifndef CALIB_TOKENIZER_JSON_CONFIG_H
#define CALIB_TOKENIZER_JSON_CONFIG_H

#include "spec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

struct Config {
    /* Ids of the special tokens; -1: none. UNK is else the model's. */
    std::int32_t eos = -1, pad = -1, unk = -1;
    /* Contents of added tokens that only the config names: they are not read as tokens. */
    std::vector<std::string> ignored_tokens;
};

/**
 * Reads a config and finds the ids of its tokens. It must be JSON; other fields are skipped, and a
 * value of another type names no token.
 *
 * @param bytes  of the tokenizer_config.json; empty: there is none
 * @param spec   contents of the tokenizer.json
 * @return 0; E_MODEL; throws std::bad_alloc
 */
int parse_config(std::string_view bytes, const Spec &spec, Config &config);

} // namespace calib_tj

#endif
