/* SPDX-License-Identifier: MIT */
/* The steps of a pre-tokenizer, each as the reference does it. */
#ifndef CALIB_TOKENIZER_JSON_SPLITTER_STEPS_H
#define CALIB_TOKENIZER_JSON_SPLITTER_STEPS_H

#include "pieces.h"
#include "regex.h"
#include "spec.h"

namespace calib_tj
{

/** A step with its compiled pattern, if it has one. */
struct SplitterStep {
    PreTokenizerStep spec;
    Regex regex; /* split_regex, byte_level with use_regex */
};

/** Does a step. A ByteLevel step leaves the bytes as they are: see to_byte_alphabet(). */
void run_step(const SplitterStep &step, Pieces &pieces);

/** Writes each byte as its character of the byte alphabet. */
void to_byte_alphabet(Pieces &pieces);

/** Undoes it. All characters must be of the alphabet. */
void from_byte_alphabet(Pieces &pieces);

} // namespace calib_tj

#endif
