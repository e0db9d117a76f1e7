/* SPDX-License-Identifier: MIT */
/* An open corpus: its sources in order, and what samplers see of them. */
#ifndef CALIB_CORPUS_CORPUS_H
#define CALIB_CORPUS_CORPUS_H

#include "corpus/opened.h"
#include "sample/sampler.h"

struct calib_corpus {
    calib_tokenizer_vtable tok;
    calib_settings settings;
    calib_turn turn;
    calib_info info; /* of all sources together; its n_tokens is not used */
    char name[32];   /* info.source, if there are several */
    int32_t bos; /* asked for once: threads that sample must not run callbacks at the same time */
    size_t n_sources;
    uint64_t n_documents;  /* kept, of all sources */
    _Atomic(bool) settled; /* the sources' places in the stream are known, and: */
    uint64_t n_tokens;     /* of all sources */
    calib_opened *sources;
};

/* ---- sum.c ---- */

/** Sums up what is known of the sources, and gives each its place in the corpus. Status as
 *  calib_opened_read(). */
int calib_corpus_sum(calib_corpus *corpus);

/** Tokenizes all lazy documents, so that every source has its place in the stream. Status as
 *  calib_opened_settle(). */
int calib_corpus_settle(calib_corpus *corpus);

/** Returns the length of the stream; UINT64_MAX: not known, since documents are lazy. */
uint64_t calib_corpus_length(const calib_corpus *corpus);

/* ---- view.c ---- */

/** Reads the ids [first, first + n) of a settled corpus, which must exist. Status as
 *  calib_opened_read(). */
int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

/** Returns the source of a document, and makes its number that among the source's own. */
calib_opened *calib_corpus_locate(const calib_corpus *corpus, uint64_t *document);

/** Some neighbouring sources: the context of a view. */
typedef struct calib_window {
    calib_corpus *corpus;
    uint64_t first_token, n_tokens; /* of streams */
    uint64_t first_document, n_documents;
} calib_window;

/** What a sampler sees: all sources together, or each apart if they have weights. */
typedef struct calib_views {
    calib_view *views;
    calib_window *windows;
    uint64_t *weights; /* NULL: there is one view */
} calib_views;

/** Makes the views: of documents, or of streams, for which the corpus must be settled. Returns 0 or
 *  E_NOMEM. */
int calib_views_open(calib_views *views, calib_corpus *corpus, bool as_documents);

void calib_views_close(calib_views *views);

#endif
