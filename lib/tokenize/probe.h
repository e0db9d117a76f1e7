/* SPDX-License-Identifier: MIT */
/* The ids of a fixed text: two tokenizers that differ nearly always differ here. */
#ifndef CALIB_TOKENIZE_PROBE_H
#define CALIB_TOKENIZE_PROBE_H

#include "base/memory.h"

#include <calib.h>

/**
 * Appends the probe text's ids to `ids`, a calib_buffer of int32.
 * @param[out] refused  true if the tokenizer failed on the text; `ids` is then to be ignored
 * @return 0 or E_NOMEM
 */
int calib_probe(const calib_tokenizer_vtable *tok, calib_buffer *ids, bool *refused);

/** Finds out if the tokenizer puts the id `bos` in front of a text. Returns 0 or E_NOMEM. */
int calib_probe_begins(const calib_tokenizer_vtable *tok, int32_t bos, bool *begins);

#endif
