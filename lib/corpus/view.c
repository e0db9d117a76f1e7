/* SPDX-License-Identifier: MIT */
/* The sources of a corpus as samplers see them: as one stream, or as documents. */
#include "base/error.h"
#include "corpus/corpus.h"

#include <stdlib.h>

/* ---- places ---- */

static uint64_t first_token(const calib_opened *opened)
{
    return opened->first_token;
}

static uint64_t first_document(const calib_opened *opened)
{
    return opened->first_document;
}

/* Returns the last source that begins at or before a token or document. Empty ones are passed
 * over. */
static size_t source_at(const calib_corpus *corpus, uint64_t at,
                        uint64_t (*begins)(const calib_opened *opened))
{
    size_t low = 0, high = corpus->n_sources;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (begins(&corpus->sources[middle]) <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    int status = CALIB_OK;
    while (!status && n > 0) {
        calib_opened *opened = &corpus->sources[source_at(corpus, first, first_token)];
        uint64_t at = first - opened->first_token, left = calib_opened_tokens(opened) - at;
        size_t few = n < left ? n : (size_t)left;
        status = calib_opened_read(opened, at, few, out);
        first += few;
        out += few;
        n -= few;
    }
    return status;
}

calib_opened *calib_corpus_locate(const calib_corpus *corpus, uint64_t *document)
{
    calib_opened *opened = &corpus->sources[source_at(corpus, *document, first_document)];
    *document -= opened->first_document;
    return opened;
}

/* ---- views: a window of sources, as one stream or as documents ---- */

static int stream_length(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    const calib_window *window = ctx;
    (void)document;
    *n_tokens = window->n_tokens;
    return CALIB_OK;
}

static int stream_tokens(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    const calib_window *window = ctx;
    (void)document;
    return calib_corpus_read(window->corpus, window->first_token + first, n, out);
}

static int stream_place(void *ctx, uint64_t document, uint64_t first, calib_place *out)
{
    const calib_window *window = ctx;
    calib_corpus *corpus = window->corpus;
    uint64_t token = window->first_token + first;
    calib_bound bound;
    (void)document;
    out->source = source_at(corpus, token, first_token);
    calib_opened *opened = &corpus->sources[out->source];
    int status = calib_opened_find(opened, token - opened->first_token, &out->document, &bound);
    out->document += opened->first_document;
    out->offset = token - opened->first_token - bound.first;
    return status;
}

static int document_length(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    const calib_window *window = ctx;
    document += window->first_document;
    calib_opened *opened = calib_corpus_locate(window->corpus, &document);
    return calib_opened_length(opened, document, n_tokens);
}

static int document_tokens(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    const calib_window *window = ctx;
    document += window->first_document;
    calib_opened *opened = calib_corpus_locate(window->corpus, &document);
    return calib_opened_ids(opened, document, first, n, out);
}

static int document_place(void *ctx, uint64_t document, uint64_t first, calib_place *out)
{
    const calib_window *window = ctx;
    out->document = window->first_document + document;
    out->source = source_at(window->corpus, out->document, first_document);
    out->offset = first;
    return CALIB_OK;
}

static calib_view view_of(calib_window *window, bool as_documents)
{
    if (as_documents)
        return (calib_view){window, window->n_documents, document_length, document_tokens,
                            document_place};
    return (calib_view){window, 1, stream_length, stream_tokens, stream_place};
}

static calib_window window_of(calib_corpus *corpus, size_t first, size_t n, bool as_documents)
{
    const calib_opened *begin = &corpus->sources[first], *last = &corpus->sources[first + n - 1];
    calib_window window = {
        .corpus = corpus,
        .first_document = begin->first_document,
        .n_documents = last->first_document + calib_opened_documents(last) - begin->first_document,
    };
    if (!as_documents) {
        window.first_token = begin->first_token;
        window.n_tokens = last->first_token + calib_opened_tokens(last) - begin->first_token;
    }
    return window;
}

int calib_views_open(calib_views *views, calib_corpus *corpus, bool as_documents)
{
    bool apart = corpus->sources[0].source.weight != 0;
    size_t n = apart ? corpus->n_sources : 1;
    *views = (calib_views){0};
    views->windows = calloc(n, sizeof *views->windows);
    views->views = calloc(n, sizeof *views->views);
    views->weights = apart ? calloc(n, sizeof *views->weights) : NULL;
    if (!views->windows || !views->views || (apart && !views->weights)) {
        calib_views_close(views);
        return calib_fail_memory(n * sizeof *views->windows);
    }
    for (size_t i = 0; i < n; i++) {
        views->windows[i] = window_of(corpus, i, apart ? 1 : corpus->n_sources, as_documents);
        views->views[i] = view_of(&views->windows[i], as_documents);
        if (apart)
            views->weights[i] = corpus->sources[i].source.weight;
    }
    return CALIB_OK;
}

void calib_views_close(calib_views *views)
{
    free(views->windows);
    free(views->views);
    free(views->weights);
}
