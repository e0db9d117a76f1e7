/* SPDX-License-Identifier: MIT */
/* Recognises files that are given by mistake in place of a tokenizer. */
#ifndef CALIB_ADAPTER_KINDS_H
#define CALIB_ADAPTER_KINDS_H

#include "adapter.h"

#include <string_view>

namespace CALIB_ADAPTER
{

enum class Wanted { sentencepiece_model, tokenizer_json };

/* What can be done with files that are a part of a tokenizer only. */
namespace remedies
{

inline constexpr char RANKS[] =
    "take the tokenizer.json that is published with the model, or use the tokenizer itself from "
    "Python";
inline constexpr char MERGES[] =
    "make a tokenizer.json of vocab.json and merges.txt, in Python with "
    "tokenizers.ByteLevelBPETokenizer(vocab, merges).save(path) if it splits like GPT-2";
inline constexpr char WORDS[] = "make a tokenizer.json of it, in Python with "
                                "tokenizers.BertWordPieceTokenizer(vocab).save(path), with "
                                "lowercase=False behind vocab for a cased model";
inline constexpr char GGUF[] = "take the tokenizer.json of the model that it was made from";

} // namespace remedies

/** Returns 0, or E_MODEL with a message that names the kind of file and the remedy. */
int refuse_other_kinds(std::string_view bytes, Wanted wanted);

} // namespace CALIB_ADAPTER

#endif
