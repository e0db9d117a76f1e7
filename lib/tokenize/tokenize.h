/* SPDX-License-Identifier: MIT */
/* Text to ids through the caller's vtable, in a stream: text comes in blocks, ids leave in order
 * through a sink. The stage knows nothing of files, network or rows.
 *
 * A tokenizer with `cuts` gets the text in short segments and the stage remembers their ids; only
 * what is being worked on is held in memory. One without gets the whole text in one call. The ids
 * are the same for every number of threads, memo size and block size. */
#ifndef CALIB_TOKENIZE_TOKENIZE_H
#define CALIB_TOKENIZE_TOKENIZE_H

#include "tokenize/encode.h"

typedef struct calib_tokenize_request {
    const calib_tokenizer_vtable *tok; /* complete; outlives the run */
    uint64_t max_whole_bytes;
    uint64_t max_memo_bytes;
    uint32_t threads; /* 0: as many as there are cores; 1 without CALIB_TOKENIZER_THREADS */
    uint64_t start;   /* where in the whole text this text begins: an exact cut, or 0 */
    uint64_t total;   /* bytes of text expected, for progress; 0 = not known */
    calib_progress *progress;
    calib_id_sink sink;
} calib_tokenize_request;

typedef struct calib_tokenizing calib_tokenizing;

/** 0, E_NOMEM or E_SYSTEM. */
int calib_tokenizing_begin(const calib_tokenize_request *request, calib_tokenizing **out);

/** Takes more text; the bytes are copied. 0 or any status of the tokenizer (see
 * calib_corpus_open()). */
int calib_tokenizing_feed(calib_tokenizing *run, const char *text, size_t len);

/** Getting the text, or feeding it, has failed with `status`, whose error is set: the failure of
 *  something before it in the text comes first, however many threads there are. 0 when that is 0.
 */
int calib_tokenizing_settle(calib_tokenizing *run, int status);

/** The text has ended: the rest is encoded. Status as above; E_EMPTY for a whole text. */
int calib_tokenizing_end(calib_tokenizing *run);

/** The whole text goes on behind an exact cut, this run does not. Status as above. */
int calib_tokenizing_stop(calib_tokenizing *run);

/** NULL is fine. */
void calib_tokenizing_free(calib_tokenizing *run);

#endif
