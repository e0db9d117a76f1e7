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
    bool translated; /* a newline of the text was translated: it is not the stored bytes */
    /* Documents [first, end) of the index are made, not all of the source. */
    bool indexed;
    uint64_t first, end;
    uint64_t record_bytes; /* of them, for progress */
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

/** Reads all of the source, divides it as `settings` say, and passes its documents on; fills the
 *  counts of the stream and, unless they are lazy, its text_sha256. */
int calib_loading_read_documents(calib_loading *loading, const calib_documents_settings *settings,
                                 calib_document_sink sink);

/** Returns true if another pass can follow. */
bool calib_loading_rewinds(const calib_loading *loading);

/* ---- lazy.c ---- */

/** Makes the documents of the loading from the index, and passes them on. */
int calib_lazy_read_documents(calib_loading *loading, calib_document_sink sink);

/* ---- make.c ---- */

/** Reports that nothing of a source was left. Returns E_EMPTY. */
int calib_loading_fail_empty(const calib_loading *loading);

/** Makes the ids of the source, once more if a temporary file has lost some. */
int calib_loading_make(calib_loading *loading);

#endif
