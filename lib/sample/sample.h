/* SPDX-License-Identifier: MIT */
/* Which rows, and the rows themselves. Sees tokens only through a reader: no files, no network, no
 * clock. */
#ifndef CALIB_SAMPLE_SAMPLE_H
#define CALIB_SAMPLE_SAMPLE_H

#include "base/progress.h"

/** Reads tokens [first, first + n) of the stream. 0, or a status with its error set. */
typedef struct calib_id_reader {
    int (*read)(void *ctx, uint64_t first, size_t n, int32_t *out);
    void *ctx;
} calib_id_reader;

typedef struct calib_sample_request {
    int64_t n_samples;
    size_t seq_len;
    uint64_t seed;
    calib_sampling sampling; /* complete; world at least 1 */
    int32_t bos;             /* for CALIB_BOS_OVERWRITE; -1 = the tokenizer has none */
    uint32_t vocab_size;     /* BOS is below it; 0 = not known */
    uint64_t n_tokens;
    calib_id_reader reader;
    calib_progress *progress;
} calib_sample_request;

/** What can be said of the request before there are tokens. Status as calib_corpus_sample(). */
int calib_sample_check(const calib_sample_request *request);

/** Makes the block. The corpus's hash is left to the caller. Status as calib_corpus_sample(). */
int calib_sample_rows(const calib_sample_request *request, calib_samples **out);

#endif
