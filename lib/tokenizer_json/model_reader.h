/* SPDX-License-Identifier: MIT */
/* Makes tables of the vocabulary and the merges of a file. */
#ifndef CALIB_TOKENIZER_JSON_MODEL_READER_H
#define CALIB_TOKENIZER_JSON_MODEL_READER_H

#include "merges.h"
#include "spec.h"
#include "vocabulary.h"

#include <vector>

namespace calib_tj
{

/** The model's entries must outlive `out`. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_vocabulary(const ModelSpec &model, Vocabulary &out);

/** Merges are between entries. Sets `is_part[entry]` if the entry is part of one, for as many
 *  entries as it holds. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_merges(const ModelSpec &model, const Vocabulary &vocabulary, Merges &out,
                std::vector<bool> &is_part);

} // namespace calib_tj

#endif
