/* SPDX-License-Identifier: MIT */
/* Holds the ids of an open corpus: makes them when it is opened, and again if they turn out to be
 * damaged, while other threads continue to read. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/opened.h"

#include <stdlib.h>
#include <string.h>

static void free_stream(calib_stream *stream)
{
    calib_ids_free(&stream->ids);
    calib_bounds_free(&stream->bounds);
    free(stream);
}

int calib_opened_load(calib_opened *opened, calib_load_how how, calib_info *info)
{
    calib_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return calib_fail_memory(sizeof *stream);
    int status = calib_opened_is_lazy(opened) ? calib_lazy_tokenize(opened, stream, info)
                                              : calib_opened_tokenize(opened, how, stream, info);
    if (!status && opened->stream &&
        (memcmp(info->corpus_sha256, opened->info.corpus_sha256, CALIB_SHA256_SIZE) != 0 ||
         stream->ids.n != calib_opened_tokens(opened) ||
         stream->counts.kept != opened->stream->counts.kept))
        status = calib_fail(CALIB_E_CORRUPT,
                            "the stored tokens of %s are damaged, and the text or what the "
                            "tokenizer makes of it has changed since: open it again",
                            calib_shown(opened->shown));
    if (status) {
        free_stream(stream);
        return status;
    }
    stream->older = opened->stream;
    opened->stream = stream;
    return CALIB_OK;
}

static int make_again(calib_opened *opened)
{
    if (opened->once && !calib_opened_is_lazy(opened))
        return calib_fail(CALIB_E_CORRUPT,
                          "the stored tokens of %s are damaged, and it cannot be read again: "
                          "open the corpus again",
                          calib_shown(opened->shown));
    /* If ids that were stored again are damaged too, the disk is bad: store nothing. */
    bool again = opened->stream->older != NULL;
    calib_info info;
    return calib_opened_load(opened, again ? CALIB_LOAD_UNSTORED : CALIB_LOAD_ANEW, &info);
}

/* Several threads may find the same damaged ids: the first one makes new ids for all of them, the
 * others wait. */
static int repair(calib_opened *opened, const calib_stream *damaged)
{
    calib_progress progress = opened->settings->progress;
    int status = calib_turn_take(opened->turn, &progress);
    if (status)
        return status;
    if (opened->stream == damaged)
        status = make_again(opened);
    calib_turn_give(opened->turn);
    return status;
}

/* Runs `read` on the stream in use, again after a repair if it finds damage. */
static int read_stream(calib_opened *opened, int (*read)(calib_stream *stream, void *ctx),
                       void *ctx)
{
    enum { TRIES = 3 };
    int status = CALIB_OK;
    for (int i = 0; i < TRIES; i++) {
        calib_stream *stream = opened->stream;
        status = read(stream, ctx);
        if (status != CALIB_E_CORRUPT)
            return status;
        int repaired = repair(opened, stream);
        if (repaired)
            return repaired;
    }
    return status;
}

typedef struct calib_id_range {
    uint64_t first;
    size_t n;
    int32_t *out;
} calib_id_range;

static int read_ids(calib_stream *stream, void *ctx)
{
    const calib_id_range *range = ctx;
    return calib_ids_read(&stream->ids, range->first, range->n, range->out);
}

int calib_opened_read(calib_opened *opened, uint64_t first, size_t n, int32_t *out)
{
    return read_stream(opened, read_ids, &(calib_id_range){first, n, out});
}

typedef struct calib_bound_query {
    uint64_t at; /* a document, or a token */
    uint64_t document;
    calib_bound bound;
} calib_bound_query;

static int check_bound(const calib_stream *stream, const calib_bound_query *query)
{
    if (query->bound.end <= stream->ids.n)
        return CALIB_OK;
    return calib_fail(CALIB_E_CORRUPT, "the stored bounds of documents are damaged");
}

static int read_bound(calib_stream *stream, void *ctx)
{
    calib_bound_query *query = ctx;
    int status = calib_bounds_read(&stream->bounds, query->at, &query->bound);
    return status ? status : check_bound(stream, query);
}

static int find_bound(calib_stream *stream, void *ctx)
{
    calib_bound_query *query = ctx;
    int status = calib_bounds_find(&stream->bounds, query->at, &query->document, &query->bound);
    return status ? status : check_bound(stream, query);
}

int calib_opened_settle(calib_opened *opened)
{
    calib_progress progress = opened->settings->progress;
    if (opened->stream)
        return CALIB_OK;
    int status = calib_turn_take(opened->turn, &progress);
    if (status)
        return status;
    if (!opened->stream) {
        calib_info info;
        status = calib_opened_load(opened, CALIB_LOAD_UNSTORED, &info);
    }
    calib_turn_give(opened->turn);
    return status;
}

uint64_t calib_opened_tokens(const calib_opened *opened)
{
    const calib_stream *stream = opened->stream;
    return stream ? stream->ids.n : UINT64_MAX;
}

uint64_t calib_opened_documents(const calib_opened *opened)
{
    return opened->source.has_documents ? opened->counts.kept : 1;
}

int calib_opened_document(calib_opened *opened, uint64_t i, calib_bound *out)
{
    *out = (calib_bound){.end = calib_opened_tokens(opened)};
    if (!opened->source.has_documents)
        return CALIB_OK;
    if (!opened->stream) {
        calib_index_entry entry = {0};
        int status = calib_index_read(&opened->lazy.index, i, &entry);
        *out = (calib_bound){UINT64_MAX, UINT64_MAX, entry.record};
        return status;
    }
    calib_bound_query query = {.at = i};
    int status = read_stream(opened, read_bound, &query);
    *out = query.bound;
    return status;
}

int calib_opened_length(calib_opened *opened, uint64_t i, uint64_t *n_tokens)
{
    if (!opened->stream)
        return calib_lazy_length(opened, i, n_tokens);
    calib_bound bound;
    int status = calib_opened_document(opened, i, &bound);
    *n_tokens = bound.end - bound.first;
    return status;
}

int calib_opened_within(const calib_opened *opened, uint64_t i, uint64_t n_tokens, uint64_t first,
                        size_t n)
{
    if (first <= n_tokens && n <= n_tokens - first)
        return CALIB_OK;
    return calib_fail(CALIB_E_CHANGED,
                      "document %llu of %s has %llu tokens, fewer than before: render and the "
                      "tokenizer must give the same again",
                      (unsigned long long)i, calib_shown(opened->shown),
                      (unsigned long long)n_tokens);
}

int calib_opened_ids(calib_opened *opened, uint64_t i, uint64_t first, size_t n, int32_t *out)
{
    if (!opened->stream)
        return calib_lazy_ids(opened, i, first, n, out);
    calib_bound bound;
    int status = calib_opened_document(opened, i, &bound);
    if (!status)
        status = calib_opened_within(opened, i, bound.end - bound.first, first, n);
    return status ? status : calib_opened_read(opened, bound.first + first, n, out);
}

int calib_opened_find(calib_opened *opened, uint64_t token, uint64_t *document, calib_bound *out)
{
    *document = 0;
    *out = (calib_bound){.end = calib_opened_tokens(opened)};
    if (!opened->source.has_documents)
        return CALIB_OK;
    calib_bound_query query = {.at = token};
    int status = read_stream(opened, find_bound, &query);
    *document = query.document;
    *out = query.bound;
    return status;
}

void calib_opened_close(calib_opened *opened)
{
    calib_stream *stream = opened->stream;
    while (stream) {
        calib_stream *older = stream->older;
        free_stream(stream);
        stream = older;
    }
    calib_lazy_free(&opened->lazy);
    calib_spool_free(&opened->spool);
    calib_fetch_result_free(&opened->fetched);
    calib_source_free(&opened->source);
    free(opened->name);
    *opened = (calib_opened){0};
}
