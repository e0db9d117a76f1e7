/* SPDX-License-Identifier: MIT */
/* Makes the tables of a model from ranks: two tokens side by side become the token that their bytes
 * are together, the one of the lowest rank first. */
#ifndef CALIB_TOKENIZER_JSON_RANK_READER_H
#define CALIB_TOKENIZER_JSON_RANK_READER_H

#include "merges.h"
#include "model_reader.h"
#include "spec.h"
#include "vocabulary.h"

namespace calib_tj
{

/** The tokens, spelled in the byte alphabet; entries are ranks.
 *  0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
int read_vocabulary(const Ranks &ranks, Vocabulary &out);

/** All pairs of tokens that are a token together. 0, E_UNSUPPORTED; throws std::bad_alloc. */
int read_merges(const Ranks &ranks, const Vocabulary &vocabulary, Merges &out, Roles &roles);

} // namespace calib_tj

#endif
