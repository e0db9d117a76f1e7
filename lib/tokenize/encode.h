/* SPDX-License-Identifier: MIT */
/* One call of the caller's `encode` or `cuts`, with everything it may do wrong caught. */
#ifndef CALIB_TOKENIZE_ENCODE_H
#define CALIB_TOKENIZE_ENCODE_H

#include "base/memory.h"
#include "base/progress.h"

/** Receives ids. The functions return 0, or a status with their error set. */
typedef struct calib_id_sink {
    int (*put)(void *ctx, const int32_t *ids, size_t n);
    /** The document of record `record` ends behind the ids that were put; NULL: plain text. */
    int (*end)(void *ctx, uint64_t record);
    void *ctx;
} calib_id_sink;

/** `record` of a segment of plain text. */
#define CALIB_NO_RECORD UINT64_MAX

/** A run of text and its position: one segment, or several. */
typedef struct calib_segment {
    const char *text;
    size_t len;
    uint64_t at;     /* byte of the document, or of the plain text, at which it begins */
    uint64_t record; /* the document's record, or CALIB_NO_RECORD */
    uint32_t flags;  /* CALIB_TEXT_* */
} calib_segment;

/** Returns bytes [from, to) of a segment. Only at its ends does the result keep the flag for that
 *  end. */
static inline calib_segment calib_segment_between(const calib_segment *whole, size_t from,
                                                  size_t to)
{
    uint32_t flags = whole->flags;
    if (from > 0)
        flags &= ~(uint32_t)CALIB_TEXT_BEGIN;
    if (to < whole->len)
        flags &= ~(uint32_t)CALIB_TEXT_END;
    return (calib_segment){whole->text + from, to - from, whole->at + from, whole->record, flags};
}

/**
 * Encodes a segment; polls at every emit. Negative ids and ids beyond the vocabulary never reach
 * the sink.
 * @return 0, E_ENCODE, or what sink or poll returned
 */
int calib_encode(const calib_tokenizer_vtable *tok, const calib_segment *segment,
                 const calib_id_sink *sink, calib_poll poll);

/** Asks the tokenizer for at most `cap` cuts of a run of text, and checks that they are ascending
 *  and inside it. Returns 0 or E_ENCODE. */
int calib_cuts_find(const calib_tokenizer_vtable *tok, const calib_segment *shown, size_t *cuts,
                    size_t cap, size_t *n);

/** Fails with E_WHOLE_LIMIT: more than `max_whole_bytes` of text from the beginning of `rest` on
 *  would have to be encoded in one call. `remedy` names an action other than raising the limit;
 *  NULL: less text. */
int calib_fail_whole(const calib_tokenizer_vtable *tok, uint64_t max_whole_bytes,
                     const calib_segment *rest, const char *remedy);

/** The `put` of a sink that appends to a calib_buffer of int32. */
int calib_ids_append(void *buffer, const int32_t *ids, size_t n);

#endif
