/* SPDX-License-Identifier: MIT */
/* One pass from a source to its ids, and the passes over its bytes that this takes. */
#ifndef CALIB_CORPUS_LOADING_H
#define CALIB_CORPUS_LOADING_H

#include "corpus/opened.h"

/** A repair must not change the info and progress of the handle, so a loading has its own. */
typedef struct calib_loading {
    calib_opened *opened;
    calib_input input; /* unused if the documents are spooled */
    calib_progress progress;
    calib_info info;
    calib_stream *stream;
    calib_load_how how;
} calib_loading;

/** Receives text; `put` is NULL if only its length is wanted. */
typedef struct calib_text_sink {
    int (*put)(void *ctx, const char *text, size_t len);
    void *ctx;
} calib_text_sink;

/* ---- pass.c ---- */

/** Opens the reader of the source, or fills its spool the first time. Status as
 *  calib_corpus_open(). */
int calib_loading_open(calib_loading *loading);

/** Measures the bytes of the source. A fetched text has just been measured by the fetch. */
int calib_loading_measure(calib_loading *loading);

/** Reads all of the source, checks and decodes it, and passes the text on. */
int calib_loading_read_text(calib_loading *loading, calib_text_sink sink);

/** Reads all of the source and passes its documents on; adds what was dropped to the counts. */
int calib_loading_read_documents(calib_loading *loading, calib_document_sink sink);

/** Returns true if another pass can follow. */
bool calib_loading_rewinds(const calib_loading *loading);

/* ---- make.c ---- */

/** Makes the ids of the source, once more if a temporary file has lost some. */
int calib_loading_make(calib_loading *loading);

#endif
