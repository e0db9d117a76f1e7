/* SPDX-License-Identifier: MIT */
/* One call of the caller's `encode` or `cuts`, with everything it may do wrong caught. */
#ifndef CALIB_TOKENIZE_ENCODE_H
#define CALIB_TOKENIZE_ENCODE_H

#include "base/memory.h"
#include "base/progress.h"

/** Receives ids. Returns 0, or a status with its error set. */
typedef struct calib_id_sink {
    int (*put)(void *ctx, const int32_t *ids, size_t n);
    void *ctx;
} calib_id_sink;

/** A run of text and its position: one segment, or a batch of segments. */
typedef struct calib_segment {
    const char *text;
    size_t len;
    uint64_t at;    /* byte of the whole text at which it begins */
    uint32_t flags; /* CALIB_TEXT_* */
} calib_segment;

/**
 * Encodes a segment; polls at every emit. Negative ids and ids beyond the vocabulary never reach
 * the sink.
 * @return 0, E_ENCODE, or what sink or poll returned
 */
int calib_encode(const calib_tokenizer_vtable *tok, const calib_segment *segment,
                 calib_id_sink sink, calib_poll poll);

/** Asks the tokenizer for at most `cap` cuts of a run of text, and checks that they are ascending
 *  and inside it. Returns 0 or E_ENCODE. */
int calib_cuts_find(const calib_tokenizer_vtable *tok, const calib_segment *shown, size_t *cuts,
                    size_t cap, size_t *n);

/** Fails with E_WHOLE_LIMIT: more than `max_whole_bytes` of text from byte `at` on would have to be
 *  encoded in one call. `remedy` names an action other than raising the limit. */
int calib_fail_whole(const calib_tokenizer_vtable *tok, uint64_t max_whole_bytes, uint64_t at,
                     const char *remedy);

/** The `put` of a sink that appends to a calib_buffer of int32. */
int calib_ids_append(void *buffer, const int32_t *ids, size_t n);

#endif
