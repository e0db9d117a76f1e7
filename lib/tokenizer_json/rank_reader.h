/* SPDX-License-Identifier: MIT */
/* Finds the merges of a model whose entries are in the order of their ranks: two side by side
 * become the entry that their bytes are together, the one of the lowest rank first. */
#ifndef CALIB_TOKENIZER_JSON_RANK_READER_H
#define CALIB_TOKENIZER_JSON_RANK_READER_H

#include "merges.h"
#include "vocabulary.h"

namespace calib_tj
{

/** All pairs of entries that are an entry together. 0, E_UNSUPPORTED; throws std::bad_alloc. */
int find_merges(const Vocabulary &vocabulary, Merges &out);

} // namespace calib_tj

#endif
