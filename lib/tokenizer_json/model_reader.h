/* SPDX-License-Identifier: MIT */
/* Reads the vocabulary and the merges of the file into tables. */
#ifndef CALIB_TOKENIZER_JSON_MODEL_READER_H
#define CALIB_TOKENIZER_JSON_MODEL_READER_H

#include "merges.h"
#include "spec.h"
#include "vocabulary.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** What merges do with an entry of the vocabulary. */
enum : std::uint8_t { ROLE_PART = 1, ROLE_RESULT = 2 };

/** 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_vocabulary(const ModelSpec &model, std::string_view json, Vocabulary &out);

/** Also sets the roles of each entry. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_merges(const ModelSpec &model, std::string_view json, const Vocabulary &vocabulary,
                Merges &out, std::vector<std::uint8_t> &roles);

} // namespace calib_tj

#endif
