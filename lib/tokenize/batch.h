/* SPDX-License-Identifier: MIT */
/* Several stretches of text tokenized side by side, their ids handed on in order. */
#ifndef CALIB_TOKENIZE_BATCH_H
#define CALIB_TOKENIZE_BATCH_H

#include "tokenize/tokenize.h"

typedef struct calib_batch calib_batch;

/** 0 or E_NOMEM. `request` outlives the batch. */
int calib_batch_new(const calib_tokenize_request *request, calib_batch **out);

/** Stretches to be given at once, for all workers to be busy. */
size_t calib_batch_capacity(const calib_batch *batch);

/**
 * Tokenizes `n` stretches, each from exact cut to exact cut, and hands their ids to the sink in
 * order. The failure of the first stretch that fails is the one reported, whichever thread was
 * faster. CALIB_MEMO_SLACK bytes behind each stretch must be readable.
 */
int calib_batch_run(calib_batch *batch, const calib_piece *stretches, size_t n);

/** NULL is fine. */
void calib_batch_free(calib_batch *batch);

#endif
