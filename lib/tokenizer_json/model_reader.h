/* SPDX-License-Identifier: MIT */
/* Reads the vocabulary and the merges of the file into tables. */
#ifndef CALIB_TOKENIZER_JSON_MODEL_READER_H
#define CALIB_TOKENIZER_JSON_MODEL_READER_H

#include "merges.h"
#include "spec.h"
#include "vocabulary.h"

#include <string_view>
#include <vector>

namespace calib_tj
{

/** What merges do with the entries of the vocabulary. */
struct Roles {
    std::vector<bool> is_part, is_result; /* by entry */
};

/** 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_vocabulary(const ModelSpec &model, std::string_view json, Vocabulary &out);

/** Merges are between entries. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_merges(const ModelSpec &model, std::string_view json, const Vocabulary &vocabulary,
                Merges &out, Roles &roles);

} // namespace calib_tj

#endif
