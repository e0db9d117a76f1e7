/* SPDX-License-Identifier: MIT */
/* The ids of a fixed text: two tokenizers that differ mostly differ here. */
#ifndef CALIB_TOKENIZE_PROBE_H
#define CALIB_TOKENIZE_PROBE_H

#include "base/memory.h"

#include <calib.h>

/**
 * Appends the probe text's ids to `ids`, a calib_buffer of int32.
 * @param[out] refused  the tokenizer failed on it; what `ids` holds is then of no use
 * @return 0 or E_NOMEM
 */
int calib_probe(const calib_tokenizer_vtable *tok, calib_buffer *ids, bool *refused);

#endif
