/* SPDX-License-Identifier: MIT */
/* Tokenizes text in parallel while more text arrives, and passes its ids on in order. A worker
 * takes a batch: a long stretch of text, or many documents. */
#ifndef CALIB_TOKENIZE_PIPELINE_H
#define CALIB_TOKENIZE_PIPELINE_H

#include "tokenize/tokenize.h"

/* A batch is complete when its text, with some bytes for each piece, reaches this size. */
enum { CALIB_BATCH_BYTES = 128 * 1024 };

/** Text that begins and ends at exact cuts, or where a text or a part of a document does. */
typedef struct calib_piece {
    calib_segment segment;
    bool ends_document; /* the sink's `end` follows its ids */
    uint64_t progress;  /* bytes that are done with it */
} calib_piece;

typedef struct calib_pipeline calib_pipeline;

/** Returns 0, E_NOMEM or E_SYSTEM. `request` must outlive the pipeline. */
int calib_pipeline_new(const calib_tokenize_request *request, calib_pipeline **out);

/**
 * Takes a piece; its text is copied. Ids go to the sink here and in calib_pipeline_end(), in order.
 * If several pieces fail, the failure of the first one is returned, whichever thread was faster;
 * after a failure nothing more may be put.
 */
int calib_pipeline_put(calib_pipeline *pipeline, const calib_piece *piece);

/** Reports a failure behind all text that was put. Call it with the error of `status` set. Returns
 *  the failure of a piece if there is one, since it comes first in the text, else `status`. If
 *  `status` is E_CANCELLED, returns it at once. */
int calib_pipeline_settle(calib_pipeline *pipeline, int status);

/** Encodes the last batch, and passes on the remaining ids. Status as calib_pipeline_put(). */
int calib_pipeline_end(calib_pipeline *pipeline);

/** Returns the bytes of the longest segment that was encoded. Call it after calib_pipeline_end().
 */
size_t calib_pipeline_longest(const calib_pipeline *pipeline);

/** Accepts NULL. */
void calib_pipeline_free(calib_pipeline *pipeline);

#endif
