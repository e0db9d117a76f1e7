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
    calib_info info; /* of all sources together */
    char name[32];   /* info.source, if there are several */
    int32_t bos; /* asked for once: threads that sample must not run callbacks at the same time */
    size_t n_sources;
    uint64_t n_documents; /* kept, of all sources */
    calib_opened *sources;
};

/* ---- sum.c ---- */

/** Sums up what is known of the sources, and gives each its place in the corpus. Status as
 *  calib_opened_read(). */
int calib_corpus_sum(calib_corpus *corpus);

/* ---- view.c ---- */

/** Reads the ids [first, first + n) of all sources, which must exist. Status as
 *  calib_opened_read(). */
int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

/** Gets the source of a document, and where it stands in the stream of all sources. Status as
 *  calib_opened_read(). */
int calib_corpus_bound(calib_corpus *corpus, uint64_t document, size_t *source, calib_bound *out);

/** Some neighbouring sources: the context of a view. */
typedef struct calib_window {
    calib_corpus *corpus;
    uint64_t first_token, n_tokens;
    uint64_t first_document, n_documents;
} calib_window;

/** What a sampler sees: all sources together, or each apart if they have weights. */
typedef struct calib_views {
    calib_view *views;
    calib_window *windows;
    uint64_t *weights; /* NULL: there is one view */
} calib_views;

/** Makes the views: of documents, or of streams. Returns 0 or E_NOMEM. */
int calib_views_open(calib_views *views, calib_corpus *corpus, bool as_documents);

void calib_views_close(calib_views *views);

#endif
