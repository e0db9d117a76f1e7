/* SPDX-License-Identifier: MIT */
/* Text to ids through the caller's vtable, in a stream: text comes in blocks or in documents, ids
 * leave in order through a sink. The stage knows nothing of files, network or rows.
 *
 * A tokenizer with `cuts` gets the text in short segments, whose ids the stage remembers; only the
 * text being worked on is held in memory. A tokenizer without `cuts` gets a whole text in one call.
 * Each document is a text of its own. The ids are the same for every number of threads, memo size
 * and block size. */
#ifndef CALIB_TOKENIZE_TOKENIZE_H
#define CALIB_TOKENIZE_TOKENIZE_H

#include "base/document.h"
#include "tokenize/encode.h"

typedef struct calib_tokenize_request {
    const calib_tokenizer_vtable *tok; /* all fields set; outlives the run */
    uint64_t max_whole_bytes;
    uint64_t max_memo_bytes;
    uint32_t threads; /* 0: one per processor that this process may use; 1 without
                         CALIB_TOKENIZER_THREADS */
    uint64_t start;   /* where in the whole text this text begins: an exact cut, or 0 */
    uint64_t total;   /* expected bytes of text, for progress and the memo's size; 0: unknown */
    uint32_t flags;   /* CALIB_TEXT_NO_SPECIAL, or 0: for every text */
    calib_progress *progress;
    calib_id_sink sink;        /* with `end`: the run takes documents, else one plain text */
    uint64_t *longest_segment; /* out: bytes of the longest text encoded in one call; may be NULL */
} calib_tokenize_request;

typedef struct calib_tokenizing calib_tokenizing;

/** Returns 0, E_NOMEM or E_SYSTEM. */
int calib_tokenizing_begin(const calib_tokenize_request *request, calib_tokenizing **out);

/** Takes more of a plain text; the bytes are copied. Returns 0 or any status of the tokenizer (see
 *  calib_corpus_open()). */
int calib_tokenizing_feed(calib_tokenizing *run, const char *text, size_t len);

/**
 * Takes the next document; its text is copied. Every part is encoded apart from the others, the
 * first with CALIB_TEXT_BEGIN, the last with CALIB_TEXT_END; an empty document is encoded as an
 * empty text. A tokenizer without `cuts` encodes several documents at the same time if it has
 * CALIB_TOKENIZER_THREADS.
 *
 * @return as calib_tokenizing_feed(): of several failures the one of the first document;
 *   E_UNSUPPORTED for several parts without CALIB_TOKENIZER_PARTS
 */
int calib_tokenizing_document(calib_tokenizing *run, const calib_document *document);

/** Call it with the status of reading or feeding the text, and with its error set. If `status` is a
 *  failure, and text before it has failed too, returns that earlier failure, whatever the number of
 *  threads; else returns `status`. */
int calib_tokenizing_settle(calib_tokenizing *run, int status);

/** Encodes the rest. If `text_ends` is false, the run ends at an exact cut and the whole text
 *  continues. Status as calib_tokenizing_feed(); E_EMPTY if a whole plain text gave no ids. */
int calib_tokenizing_end(calib_tokenizing *run, bool text_ends);

/** Accepts NULL. */
void calib_tokenizing_free(calib_tokenizing *run);

#endif
